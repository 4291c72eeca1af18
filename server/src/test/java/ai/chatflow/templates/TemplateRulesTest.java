package ai.chatflow.templates;

import ai.chatflow.api.model.MessageTemplateParameterFormat;
import ai.chatflow.channels.TemplateCatalogue.Definition;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

class TemplateRulesTest {
  @TestFactory
  Stream<DynamicTest> aTemplateIsCheckedByTheProvidersRules() throws IOException {
    return TemplateCases.run("rules.json", one -> TemplateRules.check(definition(one)));
  }

  private static Definition definition(JsonNode one) throws IOException {
    return new Definition(
        "a_name",
        "en_US",
        TemplateCases.category(one),
        MessageTemplateParameterFormat.fromString(one.required("parameter_format").asText()),
        TemplateCases.components(one.required("components")));
  }
}
