package ai.chatflow.channels.whatsappcloud;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// Meta's times: seconds since 1970, as text or number.
final class Times {
  private static final int MOST_DIGITS = 11;
  private static final long END_OF_TIME = 253_402_300_799L;

  private Times() {}

  /// The time, or the other one when it is absent or is none (RFC 3339 ends with the year 9999).
  static Instant seconds(@Nullable String text, Instant otherwise) {
    if (text == null || text.length() > MOST_DIGITS + 1 || !digits(text)) {
      return otherwise;
    }
    long seconds = Long.parseLong(text);
    return seconds <= END_OF_TIME ? Instant.ofEpochSecond(seconds) : otherwise;
  }

  private static boolean digits(String text) {
    return text.chars().allMatch(c -> c >= '0' && c <= '9');
  }
}
