package ai.chatflow.flows.nodes;

import com.google.i18n.phonenumbers.NumberParseException;
import com.google.i18n.phonenumbers.PhoneNumberUtil;
import com.google.i18n.phonenumbers.PhoneNumberUtil.PhoneNumberFormat;
import com.google.re2j.Pattern;
import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.format.ResolverStyle;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Reads what people type.
final class Scalars {
  /// A comma is a decimal sign unless three digits follow, which could be thousands.
  private static final Pattern NUMBER =
      Pattern.compile("[-+]?[0-9]{1,15}(\\.[0-9]{1,9}|,[0-9]{1,2}|,[0-9]{4,9})?");

  private static final Pattern EMAIL =
      Pattern.compile(
          "[A-Za-z0-9._%+'-]{1,64}@([A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?\\.)+[A-Za-z]{2,24}");

  /// 2026-03-05, 2026/3/5 and 5.3.2026. 3/5/2026 is left out: nobody knows which is the month.
  private static final List<DateTimeFormatter> DATES =
      List.of(dates("uuuu-M-d"), dates("uuuu/M/d"), dates("d.M.uuuu"));

  private Scalars() {}

  private static DateTimeFormatter dates(String pattern) {
    return new DateTimeFormatterBuilder()
        .appendPattern(pattern)
        .toFormatter(Locale.ROOT)
        .withResolverStyle(ResolverStyle.STRICT);
  }

  /// A long where it is whole, else a double.
  static Optional<Number> number(String text) {
    if (!NUMBER.matches(text)) {
      return Optional.empty();
    }
    var number = new BigDecimal(text.replace(',', '.'));
    boolean whole = number.stripTrailingZeros().scale() <= 0;
    return Optional.of(whole ? (Number) number.longValueExact() : (Number) number.doubleValue());
  }

  static Optional<String> email(String text) {
    return text.length() <= 254 && EMAIL.matches(text) ? Optional.of(text) : Optional.empty();
  }

  /// E.164.
  static Optional<String> phone(String text, @Nullable String ownPhone) {
    var util = PhoneNumberUtil.getInstance();
    try {
      var number = util.parse(text, region(util, ownPhone));
      return util.isValidNumber(number)
          ? Optional.of(util.format(number, PhoneNumberFormat.E164))
          : Optional.empty();
    } catch (NumberParseException _) {
      return Optional.empty();
    }
  }

  private static @Nullable String region(PhoneNumberUtil util, @Nullable String ownPhone) {
    if (ownPhone == null) {
      return null;
    }
    try {
      return util.getRegionCodeForNumber(util.parse(ownPhone, null));
    } catch (NumberParseException _) {
      return null;
    }
  }

  /// ISO 8601.
  static Optional<String> date(String text) {
    return DATES.stream().flatMap(format -> parsed(text, format).stream()).findFirst();
  }

  private static Optional<String> parsed(String text, DateTimeFormatter format) {
    try {
      return Optional.of(LocalDate.parse(text, format).toString());
    } catch (DateTimeException _) {
      return Optional.empty();
    }
  }
}
