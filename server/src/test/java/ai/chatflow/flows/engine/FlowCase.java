package ai.chatflow.flows.engine;

import ai.chatflow.api.model.ButtonReplyContent;
import ai.chatflow.api.model.FlowDefinition;
import ai.chatflow.api.model.MessageContent;
import ai.chatflow.api.model.SimulationContact;
import ai.chatflow.api.model.TextContent;
import ai.chatflow.flows.nodes.Person;
import ai.chatflow.platform.json.Json;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/// One conversation with a flow out of `testdata/flows/<node type>/<name>.json`.
record FlowCase(String nodeType, String name, JsonNode json) {
  private static final Path ROOT = Path.of("src/test/resources/testdata/flows");

  static List<FlowCase> all() throws IOException {
    try (Stream<Path> files = Files.walk(ROOT)) {
      return files
          .filter(file -> file.toString().endsWith(".json"))
          .sorted()
          .map(FlowCase::read)
          .toList();
    }
  }

  private static FlowCase read(Path file) {
    try {
      String type = String.valueOf(ROOT.relativize(file).getName(0));
      return new FlowCase(type, String.valueOf(file.getFileName()), tree(file));
    } catch (IOException e) {
      throw new IllegalStateException("cannot read " + file, e);
    }
  }

  static JsonNode tree(Path file) throws IOException {
    return Json.MAPPER.readTree(file.toFile());
  }

  FlowDefinition definition() {
    return convert(json.get("definition"), FlowDefinition.class);
  }

  JsonNode expected() {
    return json.get("expected");
  }

  Person person() {
    if (!json.has("contact")) {
      return Person.named(null);
    }
    ObjectNode fields = json.get("contact").deepCopy();
    JsonNode phone = fields.remove("phone");
    var contact = convert(fields, SimulationContact.class);
    return new Person(
        null,
        contact.name(),
        phone == null ? null : phone.asText(),
        null,
        null,
        contact.tags() == null ? List.of() : contact.tags(),
        contact.attributes() == null ? Map.of() : contact.attributes());
  }

  List<MessageContent> inputs() {
    return StreamSupport.stream(json.get("inputs").spliterator(), false)
        .map(FlowCase::input)
        .toList();
  }

  private static MessageContent input(JsonNode input) {
    if (input.has("content")) {
      return convert(input.get("content"), MessageContent.class);
    }
    if (input.has("button_id")) {
      String id = input.get("button_id").asText();
      return ButtonReplyContent.builder().id(id).title(id).build();
    }
    return TextContent.builder().text(input.get("text").asText()).build();
  }

  static <T> T convert(JsonNode json, Class<T> type) {
    try {
      return Json.MAPPER.treeToValue(json, type);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("not a " + type.getSimpleName() + ": " + json, e);
    }
  }

  @Override
  public String toString() {
    return nodeType + "/" + name;
  }
}
