package ai.chatflow.sdk;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;

/// The bundled contract, as the tests read it.
final class Contract {
  private static final JsonNode SPEC = read();

  private Contract() {}

  private static JsonNode read() {
    try (InputStream file = Contract.class.getResourceAsStream("/openapi.json")) {
      return new ObjectMapper().readTree(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
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

  record Example(String place, String schema, JsonNode json) {
    @Override
    public String toString() {
      return schema + " at " + place;
    }
  }
}
