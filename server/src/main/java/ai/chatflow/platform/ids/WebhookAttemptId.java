package ai.chatflow.platform.ids;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.UUID;

/// One POST of an event. In text `wha_` and 26 characters.
public record WebhookAttemptId(UUID value) implements TypedId {
  private static final String PREFIX = "wha";

  /// Reads the text form.
  ///
  /// @throws IllegalArgumentException if it is not one, or has another prefix
  @JsonCreator
  public static WebhookAttemptId fromString(String text) {
    return new WebhookAttemptId(TypeIdText.parse(PREFIX, text));
  }

  @Override
  @JsonValue
  public String toString() {
    return TypeIdText.format(PREFIX, value);
  }
}
