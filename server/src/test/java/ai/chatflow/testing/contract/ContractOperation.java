package ai.chatflow.testing.contract;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// One operation of the contract.
///
/// @param path with its parameters in braces
/// @param bodyType the media type of the request body; null when there is none
/// @param idPrefix what the id in the path is an id of, such as `chn`; empty when there is none
public record ContractOperation(
    String id,
    String method,
    String path,
    String permission,
    int success,
    @Nullable String bodyType,
    JsonNode node,
    List<JsonNode> parameters,
    Optional<String> idPrefix) {

  /// Its answer has no end.
  public boolean streams() {
    return node.path("x-streaming").asBoolean();
  }

  /// Its body is a form with a file.
  public boolean uploads() {
    return "multipart/form-data".equals(bodyType);
  }

  static ContractOperation read(JsonNode document, String path, String method) {
    var item = document.required("paths").required(path);
    var node = item.required(method);
    var parameters = new ArrayList<JsonNode>();
    item.path("parameters").forEach(p -> parameters.add(resolved(document, p)));
    node.path("parameters").forEach(p -> parameters.add(resolved(document, p)));
    var content = node.at("/requestBody/content").fieldNames();
    return new ContractOperation(
        node.required("operationId").asText(),
        method.toUpperCase(java.util.Locale.ROOT),
        path,
        node.required("x-required-permission").asText(),
        success(node),
        content.hasNext() ? content.next() : null,
        node,
        List.copyOf(parameters),
        idPrefix(document, parameters));
  }

  private static Optional<String> idPrefix(JsonNode document, List<JsonNode> parameters) {
    return parameters.stream()
        .filter(p -> p.path("in").asText().equals("path") && p.path("name").asText().equals("id"))
        .map(p -> resolved(document, p.path("schema")).path("pattern").asText())
        .map(pattern -> pattern.replaceFirst("^\\^", "").replaceFirst("_.*", ""))
        .findFirst();
  }

  private static int success(JsonNode node) {
    var statuses = node.required("responses").fieldNames();
    while (statuses.hasNext()) {
      var status = statuses.next();
      if (status.startsWith("2")) {
        return Integer.parseInt(status);
      }
    }
    throw new AssertionError(node.path("operationId") + " never succeeds");
  }

  static JsonNode resolved(JsonNode document, JsonNode node) {
    var ref = node.path("$ref").asText();
    return ref.isEmpty() ? node : document.at(ref.substring(1));
  }

  boolean matches(String otherMethod, String otherPath) {
    return method.equals(otherMethod) && pattern().matcher(otherPath).matches();
  }

  private Pattern pattern() {
    return Pattern.compile(path.replaceAll("\\{[^/]+}", "[^/]+"));
  }

  public boolean hasPathParameters() {
    return path.contains("{");
  }

  public boolean hasQuery(String name) {
    return parameter("query", name).isPresent();
  }

  public boolean requiresIfMatch() {
    return node.required("responses").has("428");
  }

  private Optional<JsonNode> parameter(String in, String name) {
    return parameters.stream()
        .filter(p -> p.path("in").asText().equals(in))
        .filter(p -> p.path("name").asText().equals(name))
        .findFirst();
  }

  @Override
  public String toString() {
    return id + ": " + method + " " + path;
  }
}
