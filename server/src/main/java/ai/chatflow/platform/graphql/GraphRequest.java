package ai.chatflow.platform.graphql;

import ai.chatflow.api.model.ProblemCode;
import ai.chatflow.platform.errors.BadRequest;
import ai.chatflow.platform.json.Json;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Collections;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The body of `POST /graphql`, which is also the payload of `subscribe` on a WebSocket.
public record GraphRequest(
    String query, @Nullable String operationName, Map<String, Object> variables) {
  private static final TypeReference<Map<String, Object>> MAP = new TypeReference<>() {};

  /// A value of a variable may be null.
  public GraphRequest {
    variables = Collections.unmodifiableMap(variables);
  }

  /// @throws BadRequest when it is no JSON object with a `query`
  static GraphRequest read(byte[] body) {
    return read(parse(body));
  }

  /// @throws BadRequest when it is no JSON object with a `query`
  public static GraphRequest read(JsonNode json) {
    var query = json.path("query");
    if (!query.isTextual()) {
      throw malformed("The body must be an object with the string `query`.");
    }
    var name = json.path("operationName");
    var variables = json.path("variables");
    if (!(name.isTextual() || isAbsent(name)) || !(variables.isObject() || isAbsent(variables))) {
      throw malformed("`operationName` must be a string and `variables` an object.");
    }
    return new GraphRequest(
        query.textValue(),
        name.textValue(),
        isAbsent(variables) ? Map.of() : Json.MAPPER.convertValue(variables, MAP));
  }

  private static boolean isAbsent(JsonNode node) {
    return node.isMissingNode() || node.isNull();
  }

  private static JsonNode parse(byte[] body) {
    try {
      return Json.tree(Json.MAPPER.reader(), body);
    } catch (JsonProcessingException _) {
      throw malformed("The body is not well-formed JSON.");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static BadRequest malformed(String detail) {
    return new BadRequest(ProblemCode.MALFORMED_JSON, detail);
  }
}
