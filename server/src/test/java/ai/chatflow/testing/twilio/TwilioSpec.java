package ai.chatflow.testing.twilio;

import ai.chatflow.testing.Conformance;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The provider's own machine-readable contract of its REST API: operations with the forms that
/// they take, and what they answer with.
public final class TwilioSpec {
  private static final String FILE = "specs/twilio-api-v2010.openapi.json";

  private final JsonNode paths;
  private final JsonNode schemas;

  private TwilioSpec(JsonNode document) {
    this.paths = document.path("paths");
    this.schemas = document.at("/components/schemas");
  }

  /// Skips the test when the document is not there; see `Conformance`.
  public static TwilioSpec require() {
    return read(Conformance.require(FILE));
  }

  /// The same, read once; empty when it is not there.
  public static Optional<TwilioSpec> find() {
    return Found.SPEC;
  }

  /// What is wrong with a request; empty when it fits.
  ///
  /// @param path as it was called, without the query
  /// @param values names and values of the query, or of the form where one was posted
  public List<String> violations(
      String method, String path, List<Map.Entry<String, String>> values) {
    JsonNode operation = operation(method, path);
    if (operation == null) {
      return List.of("there is no " + method + " " + path);
    }
    var wrong = new ArrayList<String>();
    JsonNode form = operation.at("/requestBody/content/application~1x-www-form-urlencoded/schema");
    for (var value : values) {
      JsonNode schema =
          form.isMissingNode() ? query(operation, value.getKey()) : property(form, value.getKey());
      if (schema == null) {
        wrong.add(value.getKey() + " is unknown");
      } else {
        check(value.getKey(), item(schema), value.getValue(), wrong);
      }
    }
    for (JsonNode required : form.path("required")) {
      if (values.stream().noneMatch(value -> value.getKey().equals(required.asText()))) {
        wrong.add(required.asText() + " is missing");
      }
    }
    return wrong;
  }

  /// What is wrong with a resource that is said to come from Twilio.
  ///
  /// @param schema such as `api.v2010.account.message`
  public List<String> resourceViolations(String schema, JsonNode resource) {
    var wrong = new ArrayList<String>();
    JsonNode known = schemas.path(schema);
    for (var member : resource.properties()) {
      JsonNode type = known.path("properties").get(member.getKey());
      if (type == null) {
        wrong.add(member.getKey() + " is unknown");
      } else if (member.getValue().isNull()) {
        if (!type.path("nullable").asBoolean()) {
          wrong.add(member.getKey() + " is null");
        }
      } else if (member.getValue().isValueNode()) {
        check(member.getKey(), item(type), member.getValue().asText(), wrong);
      }
    }
    return wrong;
  }

  private @Nullable JsonNode operation(String method, String path) {
    for (var known : paths.properties()) {
      String pattern = known.getKey().replace(".", "\\.").replaceAll("\\{[A-Za-z]+}", "[^/]+");
      JsonNode operation = known.getValue().get(method.toLowerCase(Locale.ROOT));
      if (operation != null && path.matches(pattern)) {
        return operation;
      }
    }
    return null;
  }

  private static @Nullable JsonNode query(JsonNode operation, String name) {
    for (JsonNode parameter : operation.path("parameters")) {
      if ("query".equals(parameter.path("in").asText())
          && name.equals(parameter.path("name").asText())) {
        return parameter.path("schema");
      }
    }
    return null;
  }

  private static @Nullable JsonNode property(JsonNode form, String name) {
    return form.path("properties").get(name);
  }

  /// Fields of an array come as often as it has elements.
  private JsonNode item(JsonNode schema) {
    JsonNode resolved = schema;
    if (schema.has("$ref")) {
      String name = schema.path("$ref").asText();
      resolved = schemas.path(name.substring(name.lastIndexOf('/') + 1));
    }
    return "array".equals(resolved.path("type").asText()) ? item(resolved.path("items")) : resolved;
  }

  private static void check(String name, JsonNode schema, String value, List<String> wrong) {
    boolean fits =
        switch (schema.path("type").asText()) {
          case "integer" -> value.matches("-?[0-9]+");
          case "number" -> value.matches("-?[0-9]+(\\.[0-9]+)?");
          case "boolean" -> value.matches("true|false");
          default -> true;
        };
    if (!fits) {
      wrong.add(name + " is no " + schema.path("type").asText());
    }
    if (schema.has("pattern") && !value.matches(schema.path("pattern").asText())) {
      wrong.add(name + " does not match " + schema.path("pattern").asText());
    }
    if (schema.has("enum") && !contains(schema.path("enum"), value)) {
      wrong.add(name + " is none of " + schema.path("enum"));
    }
    if (schema.has("maxLength") && value.length() > schema.path("maxLength").asInt()) {
      wrong.add(name + " is too long");
    }
  }

  private static boolean contains(JsonNode values, String value) {
    for (JsonNode one : values) {
      if (one.asText().equals(value)) {
        return true;
      }
    }
    return false;
  }

  private static final class Found {
    private static final Optional<TwilioSpec> SPEC =
        Optional.ofNullable(Conformance.find(FILE)).map(TwilioSpec::read);
  }

  private static TwilioSpec read(Path file) {
    try {
      return new TwilioSpec(new ObjectMapper().readTree(file.toFile()));
    } catch (IOException e) {
      throw new IllegalStateException("the provider's contract cannot be read", e);
    }
  }
}
