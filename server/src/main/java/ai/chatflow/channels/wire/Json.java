package ai.chatflow.channels.wire;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// JSON as providers write it: lenient reads (a number where a string is documented, and the
/// reverse), and nothing that PostgreSQL could not store.
public final class Json {
  private static final int DEEPEST = 500;
  private static final int LARGEST_SCALE = 1_000;
  private static final int MOST_DIGITS = 12;
  private static final long END_OF_TIME = 253_402_300_799L;
  private static final char REPLACEMENT = '\uFFFD';
  private static final TypeReference<LinkedHashMap<String, Object>> MAP = new TypeReference<>() {};

  public static final ObjectMapper MAPPER =
      JsonMapper.builder(
              JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder().maxNestingDepth(DEEPEST).build())
                  .build())
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
          .build();

  private Json() {}

  /// Reads one JSON object and cleans it: `\u0000` is dropped, half a surrogate pair replaced, and
  /// a number that no database holds becomes text.
  public static ObjectNode object(byte[] body) {
    try {
      if (ai.chatflow.platform.json.Json.tree(MAPPER.reader(), body) instanceof ObjectNode object) {
        return (ObjectNode) cleaned(object);
      }
      throw new MalformedWebhook("The body is not a JSON object.");
    } catch (JsonProcessingException e) {
      throw new MalformedWebhook("The body is not well-formed JSON.", e);
    } catch (IOException e) {
      throw new MalformedWebhook("The body cannot be decoded.", e);
    }
  }

  /// A text or number as text; null when it is absent, empty or something else.
  public static @Nullable String text(JsonNode node, String field) {
    JsonNode value = node.get(field);
    if (value == null || value.isContainerNode() || value.isNull()) {
      return null;
    }
    String text = value.asText();
    return text.isEmpty() ? null : text;
  }

  /// A text or number that must be there.
  public static String required(JsonNode node, String field) {
    String text = text(node, field);
    if (text == null) {
      throw new UnreadableItem("no " + field);
    }
    return text;
  }

  /// A time: seconds since 1970, as text or number. The other one when it is absent or is none (RFC
  /// 3339 ends with the year 9999).
  public static Instant seconds(JsonNode node, String field, Instant otherwise) {
    String text = text(node, field);
    boolean digits = text != null && text.chars().allMatch(c -> c >= '0' && c <= '9');
    if (text == null || !digits || text.length() > MOST_DIGITS) {
      return otherwise;
    }
    long seconds = Long.parseLong(text);
    return seconds <= END_OF_TIME ? Instant.ofEpochSecond(seconds) : otherwise;
  }

  public static @Nullable Boolean bool(JsonNode node, String field) {
    JsonNode value = node.get(field);
    return value != null && value.isBoolean() ? (Boolean) value.booleanValue() : null;
  }

  /// An object that must be there.
  public static JsonNode requiredObject(JsonNode node, String field) {
    JsonNode value = node.get(field);
    if (value == null || !value.isObject()) {
      throw new UnreadableItem("no " + field);
    }
    return value;
  }

  /// An object, or an empty one.
  public static JsonNode objectOrEmpty(JsonNode node, String field) {
    JsonNode value = node.get(field);
    return value != null && value.isObject() ? value : JsonNodeFactory.instance.objectNode();
  }

  /// The elements of an array; none when it is absent or something else.
  public static List<JsonNode> elements(JsonNode node, String field) {
    var elements = new ArrayList<JsonNode>();
    if (node.get(field) instanceof ArrayNode array) {
      array.forEach(elements::add);
    }
    return elements;
  }

  /// Any node as an object, because that is what the contract shows payloads as.
  public static ObjectNode asObject(JsonNode node) {
    if (node instanceof ObjectNode object) {
      return object;
    }
    return JsonNodeFactory.instance.objectNode().set("value", node);
  }

  /// Whole numbers stay whole, however long.
  public static Map<String, Object> map(JsonNode node) {
    return MAPPER.convertValue(asObject(node), MAP);
  }

  private static JsonNode cleaned(JsonNode node) {
    return switch (node) {
      case ObjectNode object -> cleanedObject(object);
      case ArrayNode array -> {
        for (int i = 0; i < array.size(); i++) {
          array.set(i, cleaned(array.get(i)));
        }
        yield array;
      }
      case TextNode text -> {
        String value = text.textValue();
        String clean = cleaned(value);
        yield clean.equals(value) ? text : TextNode.valueOf(clean);
      }
      case JsonNode number when number.isBigDecimal() -> {
        var value = number.decimalValue();
        boolean storable = Math.abs((long) value.scale()) <= LARGEST_SCALE;
        yield storable ? number : TextNode.valueOf(value.toString());
      }
      default -> node;
    };
  }

  private static ObjectNode cleanedObject(ObjectNode object) {
    var clean = JsonNodeFactory.instance.objectNode();
    object.properties().forEach(e -> clean.set(cleaned(e.getKey()), cleaned(e.getValue())));
    return clean;
  }

  private static String cleaned(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == 0 || Character.isSurrogate(c)) {
        return rebuilt(text);
      }
    }
    return text;
  }

  private static String rebuilt(String text) {
    var clean = new StringBuilder(text.length());
    text.codePoints()
        .filter(c -> c != 0)
        .map(c -> c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE ? REPLACEMENT : c)
        .forEach(clean::appendCodePoint);
    return clean.toString();
  }
}
