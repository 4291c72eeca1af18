package ai.chatflow.platform.ids;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.UUID;

/// A contact. In text `con_` and 26 characters.
public record ContactId(UUID value) implements TypedId {
  private static final String PREFIX = "con";

  /// Reads the text form.
  ///
  /// @throws IllegalArgumentException if it is not one, or has another prefix
  @JsonCreator
  public static ContactId fromString(String text) {
    return new ContactId(TypeIdText.parse(PREFIX, text));
  }

  @Override
  @JsonValue
  public String toString() {
    return TypeIdText.format(PREFIX, value);
  }
}
