package ai.chatflow.platform.graphql.socket;

import ai.chatflow.platform.errors.BadRequest;
import ai.chatflow.platform.graphql.GraphRequest;
import ai.chatflow.platform.json.Json;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// What a client may say.
sealed interface ClientMessage {
  /// Longest id of an operation.
  int LONGEST_ID = 128;

  /// @param authorization as the header would have it
  record Init(@Nullable String authorization) implements ClientMessage {}

  /// @param payload missing when there is none
  record Ping(JsonNode payload) implements ClientMessage {}

  record Pong() implements ClientMessage {}

  record Subscribe(String id, GraphRequest request) implements ClientMessage {}

  record Complete(String id) implements ClientMessage {}

  static ClientMessage read(String text) throws Violation {
    var json = parse(text);
    var payload = json.path("payload");
    return switch (json.path("type").asText()) {
      case "connection_init" -> new Init(authorization(payload));
      case "ping" -> new Ping(optional(payload));
      case "pong" -> {
        optional(payload);
        yield new Pong();
      }
      case "subscribe" -> new Subscribe(id(json), request(payload));
      case "complete" -> new Complete(id(json));
      default -> throw invalid("no such type");
    };
  }

  private static JsonNode parse(String text) throws Violation {
    try {
      return Json.tree(Json.MAPPER.reader(), text.getBytes(StandardCharsets.UTF_8));
    } catch (IOException _) {
      throw invalid("not JSON");
    }
  }

  private static String id(JsonNode json) throws Violation {
    var id = json.path("id");
    if (!id.isTextual() || id.textValue().isEmpty() || id.textValue().length() > LONGEST_ID) {
      throw invalid("id must be a string of 1 to " + LONGEST_ID + " characters");
    }
    return id.textValue();
  }

  private static @Nullable String authorization(JsonNode payload) throws Violation {
    var given = optional(payload);
    var value =
        given.has("authorization") ? given.get("authorization") : given.path("Authorization");
    if (!value.isMissingNode() && !value.isNull() && !value.isTextual()) {
      throw invalid("authorization must be a string");
    }
    return value.textValue();
  }

  private static JsonNode optional(JsonNode payload) throws Violation {
    if (!payload.isMissingNode() && !payload.isNull() && !payload.isObject()) {
      throw invalid("payload must be an object");
    }
    return payload;
  }

  private static GraphRequest request(JsonNode payload) throws Violation {
    try {
      return GraphRequest.read(payload);
    } catch (BadRequest _) {
      throw invalid("payload must hold a query, and may hold operationName and variables");
    }
  }

  private static Violation invalid(String what) {
    return new Violation(CloseCode.INVALID_MESSAGE, "Invalid message: " + what);
  }
}
