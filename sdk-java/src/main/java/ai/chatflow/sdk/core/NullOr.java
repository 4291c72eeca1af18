package ai.chatflow.sdk.core;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// A field that is there, with a value or with null. An absent field is a null reference to this
/// type, so that Jackson leaves it out.
public final class NullOr<T> {
  private final @Nullable T value;

  private NullOr(@Nullable T value) {
    this.value = value;
  }

  public static <T> NullOr<T> of(@Nullable T value) {
    return new NullOr<>(frozen(value));
  }

  @SuppressWarnings("unchecked")
  private static <T> @Nullable T frozen(@Nullable T value) {
    if (value instanceof List<?> list) {
      return (T) Fields.copy(list);
    }
    return value instanceof Map<?, ?> map ? (T) Fields.copy(map) : value;
  }

  @JsonValue
  public @Nullable T value() {
    return value;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof NullOr<?> that && Objects.equals(value, that.value);
  }

  @Override
  public int hashCode() {
    return Objects.hashCode(value);
  }

  @Override
  public String toString() {
    return String.valueOf(value);
  }
}
