package ai.chatflow.platform.ids;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.UUID;

/// A message template. In text `tpl_` and 26 characters.
public record MessageTemplateId(UUID value) implements TypedId {
  private static final String PREFIX = "tpl";

  /// Reads the text form.
  ///
  /// @throws IllegalArgumentException if it is not one, or has another prefix
  @JsonCreator
  public static MessageTemplateId fromString(String text) {
    return new MessageTemplateId(TypeIdText.parse(PREFIX, text));
  }

  @Override
  @JsonValue
  public String toString() {
    return TypeIdText.format(PREFIX, value);
  }
}
