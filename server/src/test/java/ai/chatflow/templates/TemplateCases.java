package ai.chatflow.templates;

import static org.assertj.core.api.Assertions.assertThat;

import ai.chatflow.api.model.MessageTemplateCategory;
import ai.chatflow.api.model.MessageTemplateComponent;
import ai.chatflow.platform.errors.FieldError;
import ai.chatflow.platform.json.Json;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.DynamicTest;

/// Reads cases: what is given, and the `pointer code` of everything that is wrong with it.
final class TemplateCases {
  private TemplateCases() {}

  interface Check {
    List<FieldError> of(JsonNode one) throws IOException;
  }

  static Stream<DynamicTest> run(String file, Check check) throws IOException {
    try (InputStream in = TemplateCases.class.getResourceAsStream("/testdata/templates/" + file)) {
      return StreamSupport.stream(Json.MAPPER.readTree(in).spliterator(), false)
          .map(
              one ->
                  DynamicTest.dynamicTest(
                      one.required("name").asText(), () -> assertErrors(one, check.of(one))));
    }
  }

  static MessageTemplateCategory category(JsonNode one) {
    return MessageTemplateCategory.fromString(one.required("category").asText());
  }

  static List<MessageTemplateComponent> components(JsonNode node) throws IOException {
    var components = new ArrayList<MessageTemplateComponent>();
    for (JsonNode component : node) {
      components.add(Json.MAPPER.treeToValue(component, MessageTemplateComponent.class));
    }
    return components;
  }

  private static void assertErrors(JsonNode one, List<FieldError> found) {
    var expected = new ArrayList<String>();
    one.required("errors").forEach(error -> expected.add(error.asText()));
    assertThat(found)
        .extracting(error -> error.pointer() + " " + error.code())
        .containsExactlyInAnyOrderElementsOf(expected);
  }
}
