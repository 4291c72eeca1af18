package ai.chatflow.sdk.core;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;

/// What every generated model does with its fields.
public final class Fields {
  private Fields() {}

  /// The value, or an IllegalStateException that names the field.
  public static <T> T required(String name, @Nullable T value) {
    if (value == null) {
      throw new IllegalStateException("`" + name + "` must be set.");
    }
    return value;
  }

  /// A field of JSON that has no model, or an IllegalStateException that names the field.
  public static <T> T read(JsonNode json, String name, Class<T> type) {
    try {
      return required(name, Json.MAPPER.treeToValue(json.get(name), type));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("`" + name + "` is no " + type.getSimpleName() + ".", e);
    }
  }

  /// Null stays null: an absent list is not an empty one. Elements may be null.
  public static <T> @Nullable List<T> copy(@Nullable List<T> list) {
    return list == null ? null : Collections.unmodifiableList(new ArrayList<>(list));
  }

  /// Null stays null. Values may be null: in a merge patch they delete the key.
  public static <K, V> @Nullable Map<K, V> copy(@Nullable Map<K, V> map) {
    return map == null ? null : Collections.unmodifiableMap(new LinkedHashMap<>(map));
  }

  public static <T> Optional<T> value(@Nullable NullOr<T> field) {
    return field == null ? Optional.empty() : Optional.ofNullable(field.value());
  }

  public static boolean isNull(@Nullable NullOr<?> field) {
    return field != null && field.value() == null;
  }

  /// `Type{name=value, …}` without what is absent.
  public static String describe(String type, @Nullable Object... namesAndValues) {
    StringJoiner text = new StringJoiner(", ", type + "{", "}");
    for (int i = 0; i < namesAndValues.length; i += 2) {
      if (namesAndValues[i + 1] != null) {
        text.add(namesAndValues[i] + "=" + namesAndValues[i + 1]);
      }
    }
    return text.toString();
  }
}
