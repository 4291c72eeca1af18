package ai.chatflow.platform.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.networknt.schema.Schema;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What the contract says of one operation, as far as the server enforces it by hand.
///
/// @param body the schema of the JSON in the request body; null when there is none
/// @param query the query parameters by name
public record Operation(
    String id,
    String method,
    String path,
    String permission,
    int status,
    @Nullable Schema body,
    Map<String, Parameter> query) {

  /// A query parameter: its schema, and the JSON type that its text stands for.
  public record Parameter(Schema schema, String type) {}

  static Operation read(Contract contract, String path, String method, JsonNode item) {
    var node = item.required(method);
    var pointer = "/paths/" + path.replace("~", "~0").replace("/", "~1") + "/" + method;
    return new Operation(
        node.required("operationId").asText(),
        method.toUpperCase(java.util.Locale.ROOT),
        path,
        node.required("x-required-permission").asText(),
        success(node),
        body(contract, node, pointer),
        query(contract, node, pointer));
  }

  private static int success(JsonNode node) {
    for (var response : node.required("responses").properties()) {
      if (response.getKey().startsWith("2")) {
        return Integer.parseInt(response.getKey());
      }
    }
    throw new IllegalStateException(node.path("operationId") + " never succeeds");
  }

  private static @Nullable Schema body(Contract contract, JsonNode node, String pointer) {
    for (var media : node.at("/requestBody/content").properties()) {
      if (!media.getKey().endsWith("json")) {
        continue; // a form is read by whoever wants it, bit by bit
      }
      return contract.schema(
          pointer + "/requestBody/content/" + media.getKey().replace("/", "~1") + "/schema");
    }
    return null;
  }

  private static Map<String, Parameter> query(Contract contract, JsonNode node, String pointer) {
    var found = new LinkedHashMap<String, Parameter>();
    List<JsonNode> parameters = new ArrayList<>();
    node.path("parameters").forEach(parameters::add);
    for (int i = 0; i < parameters.size(); i++) {
      var ref = parameters.get(i).path("$ref").asText();
      var at = ref.isEmpty() ? pointer + "/parameters/" + i : ref.substring(1);
      var parameter = contract.document().at(at);
      if (parameter.path("in").asText().equals("query")) {
        var schemaAt = at + "/schema";
        var schema = contract.document().at(schemaAt);
        var target = schema.path("$ref").asText();
        var type = (target.isEmpty() ? schema : contract.document().at(target.substring(1)));
        found.put(
            parameter.required("name").asText(),
            new Parameter(contract.schema(schemaAt), type.path("type").asText("string")));
      }
    }
    return Map.copyOf(found);
  }
}
