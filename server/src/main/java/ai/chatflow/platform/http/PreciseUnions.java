package ai.chatflow.platform.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/// Rewrites unions with a discriminator so that JSON Schema reports the faults of the variant that
/// was meant, and not those of all others too: `oneOf` becomes "the discriminator is one of these,
/// and if it is this one, then that schema".
final class PreciseUnions {
  private PreciseUnions() {}

  static JsonNode of(JsonNode document) {
    var copy = document.deepCopy();
    rewrite(copy);
    return copy;
  }

  private static void rewrite(JsonNode node) {
    node.forEach(PreciseUnions::rewrite);
    if (node instanceof ObjectNode schema
        && schema.path("oneOf").isArray()
        && schema.at("/discriminator/mapping").isObject()) {
      replace(schema);
    }
  }

  private static void replace(ObjectNode schema) {
    var discriminator = schema.required("discriminator");
    var property = discriminator.required("propertyName").asText();
    schema.remove("oneOf");
    schema.remove("discriminator");
    schema.put("type", "object");
    schema.putArray("required").add(property);
    ArrayNode known = schema.putObject("properties").putObject(property).putArray("enum");
    var all = schema.putArray("allOf");
    for (var variant : discriminator.required("mapping").properties()) {
      known.add(variant.getKey());
      var rule = all.addObject();
      var condition = rule.putObject("if");
      condition.putArray("required").add(property);
      condition.putObject("properties").putObject(property).putArray("enum").add(variant.getKey());
      rule.putObject("then").put("$ref", variant.getValue().asText());
    }
  }
}
