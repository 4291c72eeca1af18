package ai.chatflow.platform.conditions;

import static org.assertj.core.api.Assertions.assertThat;

import ai.chatflow.api.model.Condition;
import ai.chatflow.api.model.Condition.OpEnum;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.openapitools.jackson.nullable.JsonNullableModule;

class ConditionCasesTest {
  private static final Path ROOT = Path.of("src/test/resources/testdata/conditions");
  private static final ObjectMapper JSON =
      JsonMapper.builder().addModule(new JsonNullableModule()).build();

  @TestFactory
  Stream<DynamicTest> everyConditionHoldsOrNotAsWritten() throws IOException {
    var tests = new ArrayList<DynamicTest>();
    for (Path file : files()) {
      JsonNode table = JSON.readTree(file.toFile());
      Facts facts = Facts.ofMap(JSON.convertValue(table.get("facts"), new TypeReference<>() {}));
      for (JsonNode row : table.get("cases")) {
        String name = file.getFileName() + " " + row.get("condition");
        tests.add(DynamicTest.dynamicTest(name, () -> holds(row, facts)));
      }
    }
    return tests.stream();
  }

  private static void holds(JsonNode row, Facts facts) throws JsonProcessingException {
    Condition condition = JSON.treeToValue(row.get("condition"), Condition.class);

    boolean holds = ConditionEvaluator.holds(ConditionParser.parse(condition), facts);

    assertThat(holds).isEqualTo(row.get("holds").asBoolean());
  }

  private static List<Path> files() throws IOException {
    try (Stream<Path> files = Files.list(ROOT)) {
      return files.sorted().toList();
    }
  }

  @Test
  void everyOperatorOfTheContractHasCasesOfBothKinds() throws IOException {
    for (OpEnum op : OpEnum.values()) {
      Path file = ROOT.resolve(op + ".json");
      assertThat(file).exists();
      var results = JSON.readTree(file.toFile()).get("cases").findValuesAsText("holds");
      assertThat(results).as(op.toString()).contains("true", "false");
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {}                                                    | /c                condition_shape
          {"all":[],"any":[]}                                   | /c                condition_shape
          {"all":[]}                                            | /c/all            condition_empty
          {"not":{"any":[{"field":"a"}]}}                       | /c/not/any/0/op   op_missing
          {"field":"a","op":"eq"}                               | /c/value          value_missing
          {"field":"a","op":"eq","value":null}                  | /c/value          value_null
          {"field":"a","op":"eq","value":{"x":1}}               | /c/value          value_type
          {"field":"a","op":"gt","value":true}                  | /c/value          value_type
          {"field":"a","op":"eq","value":1,"values":[1]}        | /c/values         values_unexpected
          {"field":"a","op":"in","value":1}                     | /c/value          value_unexpected
          {"field":"a","op":"in"}                               | /c/values         values_missing
          {"field":"a","op":"in","values":[1,[]]}               | /c/values/1       value_type
          {"field":"a","op":"exists","value":1}                 | /c                value_unexpected
          {"not":{"field":"a","op":"exists"},"op":"eq"}         | /c                condition_shape
          """)
  void aMalformedConditionIsPointedAt(String json, String expected) throws IOException {
    var errors = ConditionParser.check(JSON.readValue(json, Condition.class), "/c");

    assertThat(errors)
        .extracting(error -> error.pointer() + " " + error.code())
        .containsExactly(expected.replaceAll("\\s+", " "));
  }

  @Test
  void nestingIsBounded() {
    Condition deep = Condition.builder().field("a").op(OpEnum.EXISTS).build();
    for (int i = 0; i < 30; i++) {
      deep = Condition.builder().not(deep).build();
    }

    assertThat(ConditionParser.check(deep, ""))
        .extracting(error -> error.code())
        .containsExactly("condition_too_deep");
  }

  @Test
  void partsAreReadInOrder() throws IOException {
    var condition =
        JSON.readValue("{\"all\":[{\"field\":\"a\",\"op\":\"exists\"}]}", Condition.class);

    assertThat(ConditionParser.parse(condition))
        .isEqualTo(new Criterion.All(List.of(new Criterion.Test("a", OpEnum.EXISTS, List.of()))));
    assertThat(Facts.ofMap(Map.of("a", Map.of("b.c", 1))).valueOf("a.b.c")).isEqualTo(1);
  }
}
