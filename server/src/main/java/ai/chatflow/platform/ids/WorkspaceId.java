package ai.chatflow.platform.ids;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.UUID;

/// A workspace: the tenant that every row belongs to. In text `wsp_` and 26 characters.
public record WorkspaceId(UUID value) implements TypedId {
  private static final String PREFIX = "wsp";

  /// Reads the text form.
  ///
  /// @throws IllegalArgumentException if it is not one, or has another prefix
  @JsonCreator
  public static WorkspaceId fromString(String text) {
    return new WorkspaceId(TypeIdText.parse(PREFIX, text));
  }

  @Override
  @JsonValue
  public String toString() {
    return TypeIdText.format(PREFIX, value);
  }
}
