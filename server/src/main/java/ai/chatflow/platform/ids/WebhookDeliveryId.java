package ai.chatflow.platform.ids;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.UUID;

/// An event that waits for another try. In text `whd_` and 26 characters.
public record WebhookDeliveryId(UUID value) implements TypedId {
  private static final String PREFIX = "whd";

  /// Reads the text form.
  ///
  /// @throws IllegalArgumentException if it is not one, or has another prefix
  @JsonCreator
  public static WebhookDeliveryId fromString(String text) {
    return new WebhookDeliveryId(TypeIdText.parse(PREFIX, text));
  }

  @Override
  @JsonValue
  public String toString() {
    return TypeIdText.format(PREFIX, value);
  }
}
