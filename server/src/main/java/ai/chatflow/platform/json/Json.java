package ai.chatflow.platform.json;

import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.openapitools.jackson.nullable.JsonNullableModule;

/// JSON as the contract has it: RFC 3339 times, decimals kept exactly, unknown fields refused,
/// nesting bounded.
public final class Json {
  /// The mapper of the contract. Shared and thread-safe: never reconfigure it.
  public static final ObjectMapper MAPPER = configure(new ObjectMapper());

  private static final int MAX_NESTING = 100;
  private static final TypeReference<Map<String, String>> STRINGS = new TypeReference<>() {};
  private static final TypeReference<Map<String, Object>> OBJECT = new TypeReference<>() {};

  private Json() {}

  /// Gives a mapper (such as Dropwizard's) the settings of the contract.
  public static ObjectMapper configure(ObjectMapper mapper) {
    mapper
        .getFactory()
        .setStreamReadConstraints(
            StreamReadConstraints.builder().maxNestingDepth(MAX_NESTING).build());
    return mapper
        .registerModules(new JavaTimeModule(), new Jdk8Module(), new JsonNullableModule())
        .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
        .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
        .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS);
  }

  /// Reads what others wrote. Jackson throws `NumberFormatException` at a number whose exponent no
  /// decimal holds, such as `1e9999999999`; RFC 8259 (section 6) lets a reader have such limits.
  ///
  /// @throws JsonProcessingException when it cannot be read, for that or any other reason
  public static JsonNode tree(ObjectReader reader, byte[] bytes) throws IOException {
    try {
      return reader.readTree(bytes);
    } catch (NumberFormatException e) {
      throw new JsonParseException(null, "a number that no decimal holds", e);
    }
  }

  public static String write(Object value) {
    try {
      return MAPPER.writeValueAsString(value);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(value.getClass() + " cannot be written as JSON", e);
    }
  }

  /// Reads what we wrote ourselves; anything else is a bug.
  public static <T> T read(String json, Class<T> type) {
    try {
      return MAPPER.readValue(json, type);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("stored JSON is not a " + type.getSimpleName(), e);
    }
  }

  public static <T> List<T> readList(String json, Class<T> element) {
    try {
      return MAPPER.readValue(
          json, MAPPER.getTypeFactory().constructCollectionType(List.class, element));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("stored JSON is no list of " + element.getSimpleName(), e);
    }
  }

  public static Map<String, String> readStrings(String json) {
    try {
      return MAPPER.readValue(json, STRINGS);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("stored JSON is no map of strings", e);
    }
  }

  public static Map<String, Object> readObject(String json) {
    try {
      return MAPPER.readValue(json, OBJECT);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("stored JSON is no object", e);
    }
  }

  /// A mapper for the contract's own documents and for tests.
  public static JsonMapper plain() {
    return JsonMapper.builder().build();
  }
}
