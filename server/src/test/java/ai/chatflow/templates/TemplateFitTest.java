package ai.chatflow.templates;

import ai.chatflow.api.model.TemplateContent;
import ai.chatflow.platform.json.Json;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

class TemplateFitTest {
  @TestFactory
  Stream<DynamicTest> valuesFitTheirTemplate() throws IOException {
    return TemplateCases.run(
        "fit.json",
        one ->
            TemplateFit.check(
                TemplateCases.category(one),
                TemplateCases.components(one.required("template")),
                content(one)));
  }

  private static TemplateContent content(JsonNode one) throws IOException {
    ObjectNode content = Json.MAPPER.createObjectNode();
    content.put("type", "template").put("name", "a_name").put("language", "en_US");
    if (one.path("components").isArray()) {
      content.set("components", one.get("components"));
    }
    return Json.MAPPER.treeToValue(content, TemplateContent.class);
  }
}
