package ai.chatflow.sdk;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The bundled contract, as the tests read it.
final class Contract {
  private static final JsonNode SPEC = read();

  private Contract() {}

  private static JsonNode read() {
    try (InputStream file = Contract.class.getResourceAsStream("/openapi.json")) {
      JsonNode contract = new ObjectMapper().readTree(file);
      contract.path("paths").forEach(Contract::forgetWhatIsWrittenByHand);
      return contract;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void forgetWhatIsWrittenByHand(JsonNode path) {
    path.properties().removeIf(method -> method.getValue().path("x-sdk-skip").asBoolean());
  }

  static List<JsonNode> operations() {
    List<JsonNode> all = new ArrayList<>();
    SPEC.path("paths")
        .forEach(
            path ->
                path.properties()
                    .forEach(
                        method -> {
                          if (!method.getKey().equals("parameters")) {
                            all.add(method.getValue());
                          }
                        }));
    return all;
  }

  /// Every operation with its method and path.
  static List<Route> routes() {
    List<Route> all = new ArrayList<>();
    SPEC.path("paths")
        .properties()
        .forEach(
            path ->
                path.getValue()
                    .properties()
                    .forEach(
                        method -> {
                          String name = method.getKey().toUpperCase(Locale.ROOT);
                          all.add(new Route(name + " " + path.getKey(), method.getValue()));
                        }));
    return all;
  }

  /// Every example in the contract whose schema is a named one.
  static List<Example> examples() {
    List<Example> found = new ArrayList<>();
    collect("#", SPEC, found);
    return found;
  }

  static JsonNode example(String schema) {
    return examples().stream()
        .filter(example -> example.schema().equals(schema))
        .findFirst()
        .orElseThrow()
        .json();
  }

  private static void collect(String place, JsonNode node, List<Example> found) {
    if (place.endsWith("/multipart/form-data")) {
      return; // a form is no JSON
    }
    String schema = node.path("schema").path("$ref").asText("");
    if (!schema.isEmpty()) {
      String name = schema.substring(schema.lastIndexOf('/') + 1);
      if (node.has("example")) {
        found.add(new Example(place, name, node.get("example")));
      }
      node.path("examples")
          .properties()
          .forEach(
              entry ->
                  found.add(
                      new Example(
                          place + "/" + entry.getKey(), name, entry.getValue().path("value"))));
    }
    node.properties().forEach(e -> collect(place + "/" + e.getKey(), e.getValue(), found));
    for (int i = 0; node.isArray() && i < node.size(); i++) {
      collect(place + "/" + i, node.get(i), found);
    }
  }

  record Route(String template, JsonNode operation) {
    boolean matches(String request) {
      return request.matches(template.replaceAll("\\{[^}]*}", "[^/]+"));
    }

    int status() {
      return success().map(one -> Integer.parseInt(one.getKey())).orElseThrow();
    }

    @Nullable JsonNode answer() {
      JsonNode content = success().orElseThrow().getValue().path("content");
      JsonNode examples = content.path("application/json").path("examples");
      return examples.isEmpty() ? null : examples.iterator().next().path("value");
    }

    private Optional<Map.Entry<String, JsonNode>> success() {
      return operation.path("responses").properties().stream()
          .filter(answer -> answer.getKey().startsWith("2"))
          .findFirst();
    }
  }

  record Example(String place, String schema, JsonNode json) {
    @Override
    public String toString() {
      return schema + " at " + place;
    }
  }
}
