package ai.chatflow.platform.ids;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.UUID;

/// A file of a workspace. In text `med_` and 26 characters.
public record MediaId(UUID value) implements TypedId {
  private static final String PREFIX = "med";

  /// Reads the text form.
  ///
  /// @throws IllegalArgumentException if it is not one, or has another prefix
  @JsonCreator
  public static MediaId fromString(String text) {
    return new MediaId(TypeIdText.parse(PREFIX, text));
  }

  @Override
  @JsonValue
  public String toString() {
    return TypeIdText.format(PREFIX, value);
  }
}
