package ai.chatflow.platform.json;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDate;

/// Times as texts (RFC 3339, UTC, with a `Z`): what `Instant.toString` says, in a fifth of the
/// time. A page of fifty messages holds three hundred of them.
final class Rfc3339 {
  private static final int SECONDS_PER_DAY = 86_400;
  private static final long FIRST = Instant.parse("0000-01-01T00:00:00Z").getEpochSecond();
  private static final long LAST = Instant.parse("9999-12-31T23:59:59Z").getEpochSecond();
  private static final int LONGEST = "9999-12-31T23:59:59.999999999Z".length();

  private Rfc3339() {}

  static String format(Instant time) {
    long second = time.getEpochSecond();
    if (second < FIRST || second > LAST) {
      return time.toString();
    }
    var date = LocalDate.ofEpochDay(Math.floorDiv(second, SECONDS_PER_DAY));
    int ofDay = (int) Math.floorMod(second, (long) SECONDS_PER_DAY);
    var text = new byte[LONGEST];
    digits(text, 0, date.getYear(), 4, '-');
    digits(text, 5, date.getMonthValue(), 2, '-');
    digits(text, 8, date.getDayOfMonth(), 2, 'T');
    digits(text, 11, ofDay / 3_600, 2, ':');
    digits(text, 14, ofDay / 60 % 60, 2, ':');
    digits(text, 17, ofDay % 60, 2, 'Z');
    return new String(text, 0, fraction(text, time.getNano()), StandardCharsets.ISO_8859_1);
  }

  /// Three, six or nine digits, as many as are needed; returns how long the text is.
  private static int fraction(byte[] text, int nanos) {
    if (nanos == 0) {
      return 20;
    }
    text[19] = '.';
    if (nanos % 1_000_000 == 0) {
      digits(text, 20, nanos / 1_000_000, 3, 'Z');
      return 24;
    }
    if (nanos % 1_000 == 0) {
      digits(text, 20, nanos / 1_000, 6, 'Z');
      return 27;
    }
    digits(text, 20, nanos, 9, 'Z');
    return LONGEST;
  }

  private static void digits(byte[] text, int from, int number, int count, char after) {
    int rest = number;
    for (int at = from + count - 1; at >= from; at--) {
      text[at] = (byte) ('0' + rest % 10);
      rest /= 10;
    }
    text[from + count] = (byte) after;
  }
}
