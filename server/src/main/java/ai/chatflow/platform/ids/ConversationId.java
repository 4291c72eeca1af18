package ai.chatflow.platform.ids;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.UUID;

/// A conversation: one contact on one channel. In text `cnv_` and 26 characters.
public record ConversationId(UUID value) implements TypedId {
  private static final String PREFIX = "cnv";

  /// Reads the text form.
  ///
  /// @throws IllegalArgumentException if it is not one, or has another prefix
  @JsonCreator
  public static ConversationId fromString(String text) {
    return new ConversationId(TypeIdText.parse(PREFIX, text));
  }

  @Override
  @JsonValue
  public String toString() {
    return TypeIdText.format(PREFIX, value);
  }
}
