package ai.chatflow.platform.ids;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.UUID;

/// A channel of a workspace, such as one WhatsApp number. In text `chn_` and 26 characters.
public record ChannelId(UUID value) implements TypedId {
  private static final String PREFIX = "chn";

  /// Reads the text form.
  ///
  /// @throws IllegalArgumentException if it is not one, or has another prefix
  @JsonCreator
  public static ChannelId fromString(String text) {
    return new ChannelId(TypeIdText.parse(PREFIX, text));
  }

  @Override
  @JsonValue
  public String toString() {
    return TypeIdText.format(PREFIX, value);
  }
}
