package ai.chatflow.platform.conditions;

import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Pattern;

/// How two scalars compare.
final class Values {
  private static final Pattern NUMBER = Pattern.compile("[-+]?[0-9]{1,40}(\\.[0-9]{1,40})?");

  private Values() {}

  static boolean same(Object left, Object right) {
    if (left instanceof Number || right instanceof Number) {
      var a = number(left);
      var b = number(right);
      return a.isPresent() && b.isPresent() && a.get().compareTo(b.get()) == 0;
    }
    return folded(left).equals(folded(right));
  }

  /// Negative, zero or positive; empty when the two cannot be ordered.
  static OptionalInt compare(Object left, Object right) {
    var a = number(left);
    var b = number(right);
    if (a.isPresent() && b.isPresent()) {
      return OptionalInt.of(a.get().compareTo(b.get()));
    }
    var from = instant(left);
    var to = instant(right);
    return from.isPresent() && to.isPresent()
        ? OptionalInt.of(from.get().compareTo(to.get()))
        : OptionalInt.empty();
  }

  static String folded(Object value) {
    String text =
        value instanceof Number
            ? number(value).map(BigDecimal::toPlainString).orElse("")
            : String.valueOf(value);
    return text.strip().toLowerCase(Locale.ROOT);
  }

  private static Optional<BigDecimal> number(Object value) {
    if (value instanceof Number || value instanceof String) {
      if (value instanceof Double d && !Double.isFinite(d)) {
        return Optional.empty();
      }
      String text = value.toString().strip();
      return value instanceof Number || NUMBER.matcher(text).matches()
          ? Optional.of(plain(new BigDecimal(text)))
          : Optional.empty();
    }
    return Optional.empty();
  }

  private static BigDecimal plain(BigDecimal number) {
    BigDecimal stripped = number.stripTrailingZeros();
    boolean whole = stripped.scale() < 0 && stripped.scale() > -40;
    return whole ? stripped.setScale(0) : stripped;
  }

  private static Optional<Instant> instant(Object value) {
    if (value instanceof Instant instant) {
      return Optional.of(instant);
    }
    if (!(value instanceof String text) || text.length() < 10) {
      return Optional.empty();
    }
    try {
      return text.strip().length() == 10
          ? Optional.of(LocalDate.parse(text.strip()).atStartOfDay(ZoneOffset.UTC).toInstant())
          : Optional.of(OffsetDateTime.parse(text.strip()).toInstant());
    } catch (DateTimeParseException _) {
      return Optional.empty();
    }
  }
}
