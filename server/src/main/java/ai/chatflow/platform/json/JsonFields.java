package ai.chatflow.platform.json;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.SerializableString;
import com.fasterxml.jackson.databind.JsonSerializable;
import com.fasterxml.jackson.databind.SerializerProvider;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.openapitools.jackson.nullable.JsonNullable;

/// How the generated records write their fields. What is written most has a way of its own, chosen
/// by the compiler; the rest goes through Jackson.
public final class JsonFields {
  private JsonFields() {}

  /// Leaves out what is null.
  public static void write(
      JsonGenerator json,
      SerializerProvider provider,
      SerializableString name,
      @Nullable String value)
      throws IOException {
    if (value != null) {
      json.writeFieldName(name);
      json.writeString(value);
    }
  }

  /// Leaves out what is null.
  public static void write(
      JsonGenerator json,
      SerializerProvider provider,
      SerializableString name,
      @Nullable JsonSerializable value)
      throws IOException {
    if (value != null) {
      json.writeFieldName(name);
      value.serialize(json, provider);
    }
  }

  /// Leaves out what is null, and what a patch does not mention.
  public static void write(
      JsonGenerator json,
      SerializerProvider provider,
      SerializableString name,
      @Nullable Object value)
      throws IOException {
    if (value instanceof JsonNullable<?> given) {
      if (given.isPresent()) {
        writeOrNull(json, provider, name, given.get());
      }
    } else if (value != null) {
      writeOrNull(json, provider, name, value);
    }
  }

  /// Says so when it is null.
  public static void writeOrNull(
      JsonGenerator json,
      SerializerProvider provider,
      SerializableString name,
      @Nullable Object value)
      throws IOException {
    json.writeFieldName(name);
    value(json, provider, value);
  }

  private static void value(JsonGenerator json, SerializerProvider provider, @Nullable Object value)
      throws IOException {
    switch (value) {
      case null -> json.writeNull();
      case JsonSerializable self -> self.serialize(json, provider);
      case String text -> json.writeString(text);
      case Boolean truth -> json.writeBoolean(truth);
      case Integer number -> json.writeNumber(number);
      case Long number -> json.writeNumber(number);
      case Instant time -> json.writeString(Rfc3339.format(time));
      case List<?> list -> {
        json.writeStartArray(list, list.size());
        for (Object element : list) {
          value(json, provider, element);
        }
        json.writeEndArray();
      }
      case Map<?, ?> map when map.isEmpty() -> {
        json.writeStartObject(map, 0);
        json.writeEndObject();
      }
      default -> provider.defaultSerializeValue(value, json);
    }
  }
}
