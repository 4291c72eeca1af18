package ai.chatflow.testing.contract;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/// Makes schemas strict for what we answer: clients must survive fields that they do not know, but
/// a server that sends one has left its contract. Unions become "if the discriminator says so, then
/// that variant", so that only the faults of the variant that was meant are reported.
final class ClosedWorld {
  private ClosedWorld() {}

  static JsonNode of(JsonNode document) {
    var copy = document.deepCopy();
    rewrite(copy);
    return copy;
  }

  private static void rewrite(JsonNode node) {
    for (var field : node.properties()) {
      if (!field.getKey().equals("examples") && !field.getKey().equals("example")) {
        rewrite(field.getValue());
      }
    }
    if (node.isArray()) {
      node.forEach(ClosedWorld::rewrite);
    }
    if (node instanceof ObjectNode schema) {
      if (schema.path("properties").isObject() && !schema.has("additionalProperties")) {
        schema.put("additionalProperties", false);
      }
      if (schema.path("oneOf").isArray() && schema.at("/discriminator/mapping").isObject()) {
        union(schema);
      }
    }
  }

  private static void union(ObjectNode schema) {
    var property = schema.at("/discriminator/propertyName").asText();
    var mapping = schema.at("/discriminator/mapping").deepCopy();
    schema.removeAll();
    schema.put("type", "object").putArray("required").add(property);
    var known = schema.putObject("properties").putObject(property).putArray("enum");
    var rules = schema.putArray("allOf");
    for (var variant : mapping.properties()) {
      known.add(variant.getKey());
      var rule = rules.addObject();
      rule.putObject("if")
          .putObject("properties")
          .putObject(property)
          .putArray("enum")
          .add(variant.getKey());
      rule.putObject("then").put("$ref", variant.getValue().asText());
    }
  }
}
