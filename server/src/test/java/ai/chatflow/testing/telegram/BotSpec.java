package ai.chatflow.testing.telegram;

import ai.chatflow.testing.Conformance;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The Bot API as a document that machines read: methods with their parameters, and types.
public final class BotSpec {
  private static final String FILE = "specs/telegram-bot-api.json";
  private static final String ARRAY = "Array of ";

  private final JsonNode methods;
  private final JsonNode types;

  private BotSpec(JsonNode methods, JsonNode types) {
    this.methods = methods;
    this.types = types;
  }

  /// Skips the test when the document is not there; see `Conformance`.
  public static BotSpec require() {
    return read(Conformance.require(FILE));
  }

  /// The same, read once; empty when it is not there.
  public static Optional<BotSpec> find() {
    return Found.SPEC;
  }

  /// What is wrong with the parameters of a method; empty when they fit.
  public List<String> violations(String method, JsonNode parameters) {
    JsonNode known = methods.get(method);
    if (known == null) {
      return List.of("no method " + method);
    }
    var wrong = new ArrayList<String>();
    checkFields("", known.path("fields"), parameters, wrong);
    return wrong;
  }

  /// What is wrong with a value of a type, such as an update that a test makes up.
  public List<String> typeViolations(String type, JsonNode value) {
    var wrong = new ArrayList<String>();
    check("", type, value, wrong);
    return wrong;
  }

  /// The kinds of updates.
  public List<String> updates() {
    return types.path("Update").path("fields").findValuesAsText("name").stream()
        .filter(name -> !"update_id".equals(name))
        .toList();
  }

  private void checkFields(String path, JsonNode fields, JsonNode given, List<String> wrong) {
    var known = new ArrayList<String>();
    for (JsonNode field : fields) {
      String name = field.path("name").asText();
      known.add(name);
      JsonNode value = given.get(name);
      if (value != null) {
        checkAny(path + "/" + name, field.path("types"), value, wrong);
      } else if (field.path("required").asBoolean()) {
        wrong.add(path + "/" + name + " is missing");
      }
    }
    for (Map.Entry<String, JsonNode> member : given.properties()) {
      if (!known.contains(member.getKey())) {
        wrong.add(path + "/" + member.getKey() + " is unknown");
      }
    }
  }

  private void checkAny(String path, JsonNode allowed, JsonNode value, List<String> wrong) {
    var tried = new ArrayList<String>();
    for (JsonNode type : allowed) {
      var here = new ArrayList<String>();
      check(path, type.asText(), value, here);
      if (here.isEmpty()) {
        return;
      }
      tried.addAll(here);
    }
    wrong.addAll(tried);
  }

  private void check(String path, String type, JsonNode value, List<String> wrong) {
    if (type.startsWith(ARRAY)) {
      if (!value.isArray()) {
        wrong.add(path + " is no array");
      }
      for (int i = 0; i < value.size() && value.isArray(); i++) {
        check(path + "/" + i, type.substring(ARRAY.length()), value.get(i), wrong);
      }
      return;
    }
    boolean fits =
        switch (type) {
          case "Integer" -> value.isIntegralNumber();
          case "Float" -> value.isNumber();
          case "String" -> value.isTextual();
          case "Boolean" -> value.isBoolean();
          case "True" -> value.isBoolean() && value.booleanValue();
          // a file in the body of a form, which we never send
          case "InputFile" -> false;
          default -> value.isObject();
        };
    if (!fits) {
      wrong.add(path + " is no " + type);
    } else if (types.has(type)) {
      checkObject(path, types.get(type), value, wrong);
    }
  }

  private void checkObject(String path, JsonNode type, JsonNode value, List<String> wrong) {
    if (!type.has("subtypes")) {
      checkFields(path, type.path("fields"), value, wrong);
      return;
    }
    var tried = new ArrayList<String>();
    for (JsonNode subtype : type.get("subtypes")) {
      var here = new ArrayList<String>();
      check(path, subtype.asText(), value, here);
      if (here.isEmpty()) {
        return;
      }
      tried.addAll(here);
    }
    wrong.addAll(tried);
  }

  private static final class Found {
    private static final Optional<BotSpec> SPEC =
        Optional.ofNullable(Conformance.find(FILE)).map(BotSpec::read);
  }

  private static BotSpec read(Path file) {
    try {
      JsonNode document = new ObjectMapper().readTree(file.toFile());
      return new BotSpec(document.path("methods"), document.path("types"));
    } catch (IOException e) {
      throw new IllegalStateException("the provider's contract cannot be read", e);
    }
  }
}
