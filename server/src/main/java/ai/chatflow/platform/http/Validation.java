package ai.chatflow.platform.http;

import ai.chatflow.api.model.ProblemCode;
import ai.chatflow.platform.errors.BadRequest;
import ai.chatflow.platform.errors.FieldError;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.networknt.schema.Error;
import com.networknt.schema.Schema;
import jakarta.ws.rs.core.MultivaluedMap;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

/// Holds parameters and bodies against the schemas of the contract and reports every fault at once.
final class Validation {
  private static final int MAX_ERRORS = 100;

  /// Enough for every IEEE 754 double.
  private static final int MAX_DIGITS = 800;

  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  /// @throws BadRequest for the first parameter that is unknown or does not fit
  void parameters(Operation operation, MultivaluedMap<String, String> given) {
    for (var entry : given.entrySet()) {
      var parameter = operation.query().get(entry.getKey());
      if (parameter == null) {
        throw invalid(entry.getKey(), "is not a parameter of this operation");
      }
      var value = value(parameter, entry.getKey(), entry.getValue());
      var errors = parameter.schema().validate(value);
      if (!errors.isEmpty()) {
        throw invalid(entry.getKey(), errors.getFirst().getMessage());
      }
    }
  }

  /// Every fault of a body; empty when it fits.
  List<FieldError> body(Operation operation, JsonNode body) {
    var errors = new LinkedHashMap<String, FieldError>();
    unkeepable(body, "", errors);
    for (Error error : validate(Objects.requireNonNull(operation.body()), body)) {
      var found = toFieldError(error);
      errors.putIfAbsent(found.pointer() + " " + found.code(), found);
    }
    return errors.values().stream().limit(MAX_ERRORS).toList();
  }

  private static List<Error> validate(Schema schema, JsonNode body) {
    return schema.validate(body);
  }

  private static FieldError toFieldError(Error error) {
    var pointer = error.getInstanceLocation().toString();
    var keyword = Objects.requireNonNullElse(error.getKeyword(), "schema");
    var property = error.getProperty();
    if (property != null
        && (keyword.equals("required") || keyword.equals("additionalProperties"))) {
      pointer = pointer + "/" + property.replace("~", "~0").replace("/", "~1");
    }
    return switch (keyword) {
      case "required" -> new FieldError(pointer, "required", "is required");
      case "additionalProperties" -> new FieldError(pointer, "unknown", "is not a field here");
      default -> new FieldError(pointer, snake(keyword), error.getMessage());
    };
  }

  private static String snake(String keyword) {
    return keyword.replaceAll("([a-z])([A-Z])", "$1_$2").toLowerCase(Locale.ROOT);
  }

  /// PostgreSQL stores no U+0000, in text or in JSON, and writes numbers out: `1e9999` becomes ten
  /// thousand digits, which no reader of JSON takes back.
  private static void unkeepable(JsonNode node, String at, Map<String, FieldError> errors) {
    if (node.isTextual() && node.textValue().indexOf('\u0000') >= 0) {
      errors.put(at, new FieldError(at, "null_character", "must not contain U+0000"));
    } else if (node.isNumber() && digits(node.decimalValue()) > MAX_DIGITS) {
      var detail = "must have at most " + MAX_DIGITS + " digits when it is written out";
      errors.put(at, new FieldError(at, "number_length", detail));
    } else if (node.isArray()) {
      for (int i = 0; i < node.size(); i++) {
        unkeepable(node.get(i), at + "/" + i, errors);
      }
    } else if (node.isObject()) {
      for (var property : node.properties()) {
        var name = property.getKey().replace("~", "~0").replace("/", "~1");
        if (name.indexOf('\u0000') >= 0) {
          errors.put(at, new FieldError(at, "null_character", "has a field name with U+0000"));
        }
        unkeepable(property.getValue(), at + "/" + name, errors);
      }
    }
  }

  /// Without an exponent, on both sides of the point.
  private static long digits(BigDecimal number) {
    long scale = number.scale();
    return Math.max(number.precision() - Math.min(scale, 0), scale);
  }

  private static JsonNode value(Operation.Parameter parameter, String name, List<String> texts) {
    if (parameter.type().equals("array")) {
      var array = new ArrayNode(NODES, new ArrayList<>(texts.size()));
      texts.forEach(array::add);
      return array;
    }
    if (texts.size() != 1) {
      throw invalid(name, "is given more than once");
    }
    var text = texts.getFirst();
    if (text.indexOf('\u0000') >= 0) {
      throw invalid(name, "must not contain U+0000");
    }
    return switch (parameter.type()) {
      case "integer" -> number(name, text);
      case "boolean" -> NODES.booleanNode(bool(name, text));
      default -> NODES.textNode(text);
    };
  }

  private static JsonNode number(String name, String text) {
    try {
      return NODES.numberNode(Long.parseLong(text));
    } catch (NumberFormatException _) {
      throw invalid(name, "must be a whole number");
    }
  }

  private static boolean bool(String name, String text) {
    return switch (text) {
      case "true" -> true;
      case "false" -> false;
      default -> throw invalid(name, "must be true or false");
    };
  }

  private static BadRequest invalid(String name, String detail) {
    return new BadRequest(ProblemCode.INVALID_PARAMETER, name, detail);
  }
}
