package ai.chatflow.platform.config;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;

/// A setting that must not be printed. Logs, problems and JSON show `***`; who needs the text asks
/// with [#reveal()].
public final class Secret {
  private static final String MASK = "***";

  private final String text;

  @JsonCreator
  public Secret(String text) {
    this.text = text;
  }

  public String reveal() {
    return text;
  }

  /// True for a setting that was left out.
  public boolean isEmpty() {
    return text.isBlank();
  }

  @JsonValue
  @Override
  public String toString() {
    return MASK;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Secret that && MessageDigest.isEqual(bytes(text), bytes(that.text));
  }

  @Override
  public int hashCode() {
    return text.hashCode();
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
