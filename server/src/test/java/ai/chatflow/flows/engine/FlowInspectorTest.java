package ai.chatflow.flows.engine;

import static org.assertj.core.api.Assertions.assertThat;

import ai.chatflow.api.model.FlowDefinition;
import ai.chatflow.api.model.FlowFinding;
import ai.chatflow.platform.json.Json;
import ai.chatflow.platform.text.Templates;
import com.fasterxml.jackson.core.JsonProcessingException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FlowInspectorTest {
  private final FlowInspector inspector = new FlowInspector(new Templates());

  private List<FlowFinding> inspect(String nodes, String start) {
    String json =
        """
        {"start": "%s", "triggers": [{"type": "any_message"}], "nodes": [%s]}\
        """
            .formatted(start, nodes);
    try {
      return inspector.inspect(Json.MAPPER.readValue(json, FlowDefinition.class));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("not a definition: " + json, e);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {"id":"b","type":"end"}                                                        | error start_missing /start
          {"id":"a","type":"end"},{"id":"a","type":"end"}                                | error node_id_duplicate /nodes/1/id
          {"id":"a","type":"jump","target":"x"}                                          | error target_missing /nodes/0/target
          {"id":"a","type":"end"},{"id":"b","type":"end"}                                | warning node_unreachable /nodes/1
          {"id":"a","type":"jump","target":"a"}                                          | error loop_without_wait /nodes/0
          {"id":"a","type":"message","content":{"type":"text","text":"{{ variables.x }}"}} | error variable_unknown /nodes/0/content/text
          {"id":"a","type":"message","content":{"type":"text","text":"{{ contact.nme }}"}} | error variable_unknown /nodes/0/content/text
          {"id":"a","type":"message","content":{"type":"text","text":"{{ nme }}"}}       | error variable_unknown /nodes/0/content/text
          {"id":"a","type":"set_variable","variable":"v","value":"{{ x"}                 | error template_invalid /nodes/0/value
          {"id":"a","type":"question","text":"?","variable":"v","validation":{"kind":"regex","pattern":"("}} | error regex_invalid /nodes/0/validation/pattern
          {"id":"a","type":"question","text":"?","variable":"v","validation":{"kind":"regex"}} | error regex_invalid /nodes/0/validation/pattern
          {"id":"a","type":"question","text":"?","variable":"v","validation":{"kind":"choice"}} | error choices_missing /nodes/0/validation/choices
          {"id":"a","type":"question","text":"?","variable":"v","validation":{"kind":"number","min":2,"max":1}} | error range_empty /nodes/0/validation/max
          {"id":"a","type":"condition","branches":[{"condition":{"field":"contact.name","op":"eq"}}]} | error value_missing /nodes/0/branches/0/condition/value
          {"id":"a","type":"condition","branches":[{"condition":{"any":[{"field":"contct.name","op":"exists"}]}}]} | error variable_unknown /nodes/0/branches/0/condition/any/0/field
          {"id":"a","type":"buttons","text":"?","buttons":[{"id":"x","title":"A"},{"id":"x","title":"B"}]} | error button_id_duplicate /nodes/0/buttons/1/id
          {"id":"a","type":"buttons","text":"?","buttons":[{"id":"x","title":"A"},{"id":"y","title":" a"}]} | error button_title_duplicate /nodes/0/buttons/1/title
          {"id":"a","type":"buttons","text":"?","buttons":[{"id":"1","title":"A"},{"id":"2","title":"B"},{"id":"3","title":"C"},{"id":"4","title":"D"}]} | warning too_many_buttons /nodes/0/buttons
          """)
  void findsWhatIsWrongAndPointsAtIt(String nodes, String expected) {
    assertThat(inspect(nodes, "a"))
        .extracting(finding -> finding.severity() + " " + finding.code() + " " + finding.pointer())
        .containsExactly(expected);
  }

  @Test
  void aLoopThatWaitsIsFine() {
    var findings =
        inspect(
            """
            {"id":"a","type":"question","text":"{{ variables.v }}?","variable":"v","next":"b"},
            {"id":"b","type":"jump","target":"a"}\
            """,
            "a");

    assertThat(findings).isEmpty();
    assertThat(FlowInspector.publishable(findings)).isTrue();
  }

  @Test
  void aFlowThatNothingStartsIsAWarning() throws JsonProcessingException {
    var definition =
        Json.MAPPER.readValue(
            "{\"start\":\"a\",\"nodes\":[{\"id\":\"a\",\"type\":\"end\"}]}", FlowDefinition.class);

    var findings = inspector.inspect(definition);

    assertThat(findings).extracting(FlowFinding::code).containsExactly("trigger_missing");
    assertThat(FlowInspector.publishable(findings)).isTrue();
  }

  @Test
  void anEmptyFlowIsAnError() {
    var findings = inspect("", "a");

    assertThat(findings).extracting(FlowFinding::code).containsExactly("flow_empty");
    assertThat(FlowInspector.publishable(findings)).isFalse();
  }
}
