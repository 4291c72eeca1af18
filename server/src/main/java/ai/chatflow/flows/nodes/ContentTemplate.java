package ai.chatflow.flows.nodes;

import ai.chatflow.api.model.MessageContent;
import ai.chatflow.api.model.SendableContent;
import ai.chatflow.platform.json.Json;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/// A message whose texts are templates. Works on the JSON form, so that every content type of the
/// contract is covered, those to come too. Type names and ids are taken as they are.
record ContentTemplate(JsonNode json) {
  private static final Set<String> LITERAL =
      Set.of(
          "type",
          "sub_type",
          "id",
          "message_id",
          "provider_message_id",
          "provider_media_id",
          "media_id");

  static ContentTemplate of(SendableContent content) {
    return new ContentTemplate(Json.MAPPER.valueToTree(content));
  }

  MessageContent render(Turn turn) {
    try {
      return Json.MAPPER.treeToValue(render(json, turn), MessageContent.class);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a rendered message no longer fits the contract", e);
    }
  }

  List<NodeShape.Text> texts(String pointer) {
    var texts = new ArrayList<NodeShape.Text>();
    collect(json, pointer, texts);
    return texts;
  }

  private static JsonNode render(JsonNode node, Turn turn) {
    return switch (node) {
      case ObjectNode object -> {
        var rendered = JsonNodeFactory.instance.objectNode();
        object
            .properties()
            .forEach(
                field ->
                    rendered.set(
                        field.getKey(),
                        LITERAL.contains(field.getKey())
                            ? field.getValue()
                            : render(field.getValue(), turn)));
        yield rendered;
      }
      case ArrayNode array -> {
        var rendered = JsonNodeFactory.instance.arrayNode();
        array.forEach(item -> rendered.add(render(item, turn)));
        yield rendered;
      }
      case TextNode text -> TextNode.valueOf(turn.render(text.textValue()));
      default -> node;
    };
  }

  private static void collect(JsonNode node, String at, List<NodeShape.Text> texts) {
    switch (node) {
      case ObjectNode object ->
          object
              .properties()
              .forEach(
                  field -> {
                    if (!LITERAL.contains(field.getKey())) {
                      collect(field.getValue(), at + "/" + field.getKey(), texts);
                    }
                  });
      case ArrayNode array -> {
        for (int i = 0; i < array.size(); i++) {
          collect(array.get(i), at + "/" + i, texts);
        }
      }
      case TextNode text -> texts.add(new NodeShape.Text(at, text.textValue()));
      default -> {}
    }
  }
}
