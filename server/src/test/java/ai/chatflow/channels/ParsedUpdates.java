package ai.chatflow.channels;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What a parser made of a webhook, as JSON that expectations are compared with. A payload that was
/// kept whole is shown as the place in the webhook where the same JSON stands.
public final class ParsedUpdates {
  public static final Instant RECEIVED_AT = Instant.parse("2026-11-23T09:00:00Z");

  public static final ObjectMapper MAPPER =
      JsonMapper.builder()
          .addModule(new JavaTimeModule())
          .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
          .enable(SerializationFeature.INDENT_OUTPUT)
          .defaultPropertyInclusion(
              JsonInclude.Value.construct(
                  JsonInclude.Include.NON_NULL, JsonInclude.Include.NON_NULL))
          .build();

  private ParsedUpdates() {}

  /// @param root the webhook
  public static ArrayNode of(List<InboundUpdate> parsed, JsonNode root) {
    ArrayNode updates = MAPPER.createArrayNode();
    for (var update : parsed) {
      ObjectNode fields = MAPPER.valueToTree(update);
      showWhere(fields, root);
      updates.addObject().put("update", update.getClass().getSimpleName()).setAll(fields);
    }
    return updates;
  }

  private static void showWhere(ObjectNode fields, JsonNode root) {
    if (fields.get("payload") instanceof ObjectNode payload) {
      String place = place(payload, root, JsonPointer.empty());
      if (place != null) {
        fields.put("payload", place);
      }
    }
    for (String member : new String[] {"content", "notice"}) {
      if (fields.get(member) instanceof ObjectNode object) {
        showWhere(object, root);
      }
    }
  }

  private static @Nullable String place(JsonNode wanted, JsonNode root, JsonPointer at) {
    if (root.toString().equals(wanted.toString())) {
      return "same as " + at;
    }
    if (root.isObject()) {
      for (var member : root.properties()) {
        var found = place(wanted, member.getValue(), at.appendProperty(member.getKey()));
        if (found != null) {
          return found;
        }
      }
    }
    for (int i = 0; root.isArray() && i < root.size(); i++) {
      var found = place(wanted, root.get(i), at.appendIndex(i));
      if (found != null) {
        return found;
      }
    }
    return null;
  }
}
