package ai.chatflow.platform.ids;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.UUID;

/// A place that events are posted to. In text `whe_` and 26 characters.
public record WebhookEndpointId(UUID value) implements TypedId {
  private static final String PREFIX = "whe";

  /// Reads the text form.
  ///
  /// @throws IllegalArgumentException if it is not one, or has another prefix
  @JsonCreator
  public static WebhookEndpointId fromString(String text) {
    return new WebhookEndpointId(TypeIdText.parse(PREFIX, text));
  }

  @Override
  @JsonValue
  public String toString() {
    return TypeIdText.format(PREFIX, value);
  }
}
