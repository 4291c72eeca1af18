package ai.chatflow.flows.engine;

import static org.assertj.core.api.Assertions.assertThat;

import ai.chatflow.api.model.FlowNode;
import ai.chatflow.platform.json.Json;
import ai.chatflow.platform.text.Templates;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/// Plays every conversation of `testdata/flows`. The simulator writes and reads the state between
/// sprints.
class FlowCasesTest {
  private final FlowSimulator simulator =
      new FlowSimulator(
          new Engine(new Templates()),
          InstantSource.fixed(Instant.parse("2026-01-15T09:30:00Z")),
          new Random(1));

  @TestFactory
  Stream<DynamicTest> everyConversationGoesAsWritten() throws IOException {
    return FlowCase.all().stream()
        .map(one -> DynamicTest.dynamicTest(one.toString(), () -> plays(one)));
  }

  private void plays(FlowCase one) {
    var play = simulator.play(one.definition(), one.person(), one.inputs());

    ObjectNode actual = Json.MAPPER.createObjectNode();
    actual.put("status", play.state().status().toString());
    putIfExpected(one, actual, "node_id", play.state().nodeId());
    putIfExpected(one, actual, "failure", play.state().failure());
    actual.set("transcript", Json.MAPPER.valueToTree(play.transcript()));
    actual.set("variables", Json.MAPPER.valueToTree(play.state().variables()));
    assertThat(actual.toPrettyString()).isEqualTo(one.expected().toPrettyString());
  }

  private static void putIfExpected(
      FlowCase one, ObjectNode actual, String field, @Nullable String is) {
    if (one.expected().has(field) || field.equals("failure") && is != null) {
      actual.put(field, is);
    }
  }

  @Test
  void everyNodeTypeOfTheContractHasAConversation() throws IOException {
    Set<String> types =
        Arrays.stream(FlowNode.class.getAnnotation(JsonSubTypes.class).value())
            .map(JsonSubTypes.Type::name)
            .collect(Collectors.toSet());

    Set<String> covered =
        FlowCase.all().stream()
            .filter(one -> usesItsType(one))
            .map(FlowCase::nodeType)
            .collect(Collectors.toSet());

    assertThat(types).hasSameSizeAs(FlowNode.class.getPermittedSubclasses());
    assertThat(covered).containsExactlyInAnyOrderElementsOf(types);
  }

  private static boolean usesItsType(FlowCase one) {
    for (JsonNode node : one.json().get("definition").get("nodes")) {
      if (node.get("type").asText().equals(one.nodeType())) {
        return true;
      }
    }
    return false;
  }
}
