package ai.chatflow.platform.graphql.socket;

import ai.chatflow.platform.json.Json;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// What the server says, as it is sent.
final class ServerMessage {
  static final String ACKNOWLEDGED = "{\"type\":\"connection_ack\"}";
  static final String PING = "{\"type\":\"ping\"}";

  private static final String PONG = "{\"type\":\"pong\"}";

  private ServerMessage() {}

  static String pong(JsonNode payload) {
    return payload.isObject() ? "{\"type\":\"pong\",\"payload\":" + payload + "}" : PONG;
  }

  static String next(String id, Map<String, Object> result) {
    return of("next", id, result);
  }

  static String error(String id, List<?> errors) {
    return of("error", id, errors);
  }

  static String complete(String id) {
    return "{\"id\":" + Json.write(id) + ",\"type\":\"complete\"}";
  }

  private static String of(String type, String id, Object payload) {
    var message = new LinkedHashMap<String, Object>();
    message.put("id", id);
    message.put("type", type);
    message.put("payload", payload);
    return Json.write(message);
  }
}
