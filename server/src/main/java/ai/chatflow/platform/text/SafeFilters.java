package ai.chatflow.platform.text;

import java.math.BigDecimal;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import liqp.TemplateContext;
import liqp.filters.Filter;
import liqp.filters.Filters;
import org.jspecify.annotations.Nullable;

/// The filters that a template may use: Liquid's own, with a watch on what goes in and what comes
/// out, because `replace`, `join` or a number like `1e999999999` could fill the memory.
final class SafeFilters {
  private static final Set<String> TEXT =
      Set.of(
          "append",
          "capitalize",
          "default",
          "downcase",
          "escape",
          "first",
          "join",
          "last",
          "lstrip",
          "newline_to_br",
          "prepend",
          "remove",
          "replace",
          "rstrip",
          "size",
          "slice",
          "sort",
          "split",
          "strip",
          "strip_newlines",
          "truncate",
          "truncatewords",
          "uniq",
          "upcase",
          "url_encode");
  private static final Set<String> NUMERIC =
      Set.of("abs", "ceil", "divided_by", "floor", "minus", "modulo", "plus", "round", "times");
  private static final Pattern NUMBER =
      Pattern.compile("\\s*[-+]?[0-9]{1,30}(\\.[0-9]{1,30})?\\s*");
  private static final int MAX_DIGITS = 60;
  private static final int MAX_DATE_FORMAT = 60;

  private SafeFilters() {}

  static boolean allows(String name) {
    return name.equals("date") || TEXT.contains(name) || NUMERIC.contains(name);
  }

  static List<Filter> all() {
    Stream<Filter> text = TEXT.stream().map(name -> new TextFilter(stock(name)));
    Stream<Filter> numeric = NUMERIC.stream().map(name -> new NumericFilter(stock(name)));
    return Stream.concat(
            Stream.concat(text, numeric), Stream.<Filter>of(new DateFilter(stock("date"))))
        .toList();
  }

  private static Filter stock(String name) {
    return Filters.DEFAULT_FILTERS.get(name);
  }

  private static String text(@Nullable Object value) {
    return value == null ? "" : String.valueOf(value);
  }

  private static final class TextFilter extends Filter {
    private final Filter stock;

    TextFilter(Filter stock) {
      super(stock.getName());
      this.stock = stock;
    }

    @Override
    public @Nullable Object apply(
        @Nullable Object value, TemplateContext context, @Nullable Object... params) {
      if (sizeOf(value, context, params) > Templates.MAX_RENDERED) {
        throw new TemplateException("The filter " + name + " would make a text that is too long");
      }
      return stock.apply(value, context, params);
    }

    /// An upper bound of the result's size in characters.
    private long sizeOf(
        @Nullable Object value, TemplateContext context, @Nullable Object... params) {
      String first = params.length > 0 ? text(params[0]) : "";
      return switch (name) {
        case "replace" -> replaced(text(value), first, params.length > 1 ? text(params[1]) : "");
        case "join" -> joined(asArray(value, context), first);
        case "append", "prepend" -> (long) text(value).length() + first.length();
        case "escape", "newline_to_br", "url_encode" -> 9L * text(value).length();
        default -> value instanceof CharSequence chars ? chars.length() : 0;
      };
    }

    private static long replaced(String text, String from, String to) {
      if (from.isEmpty()) {
        return (text.length() + 1L) * (to.length() + 1L);
      }
      long hits = 0;
      for (int at = text.indexOf(from); at >= 0; at = text.indexOf(from, at + from.length())) {
        hits++;
      }
      return text.length() + hits * to.length();
    }

    private static long joined(Object[] items, String glue) {
      long size = 0;
      for (Object item : items) {
        size += text(item).length() + (long) glue.length();
      }
      return size;
    }
  }

  private static final class NumericFilter extends Filter {
    private final Filter stock;

    NumericFilter(Filter stock) {
      super(stock.getName());
      this.stock = stock;
    }

    @Override
    public @Nullable Object apply(
        @Nullable Object value, TemplateContext context, @Nullable Object... params) {
      @Nullable Object[] numbers = new Object[params.length];
      for (int i = 0; i < params.length; i++) {
        numbers[i] = number(params[i]);
        if (name.equals("round") && new BigDecimal(text(numbers[i])).abs().intValue() > 20) {
          throw new TemplateException("The filter round takes at most 20 places");
        }
      }
      return bounded(stock.apply(number(value), context, numbers));
    }

    private static Object number(@Nullable Object value) {
      String text = text(value);
      return NUMBER.matcher(text).matches() ? new BigDecimal(text.strip()) : BigDecimal.ZERO;
    }

    private @Nullable Object bounded(@Nullable Object result) {
      if (result instanceof BigDecimal number
          && (number.precision() > MAX_DIGITS || Math.abs(number.scale()) > MAX_DIGITS)) {
        throw new TemplateException("The filter " + name + " gives a number that is too long");
      }
      return result;
    }
  }

  /// `date`, whose `now` and `today` are the `now` that the template is given.
  private static final class DateFilter extends Filter {
    private final Filter stock;

    DateFilter(Filter stock) {
      super("date");
      this.stock = stock;
    }

    @Override
    public @Nullable Object apply(
        @Nullable Object value, TemplateContext context, @Nullable Object... params) {
      for (Object param : params) {
        String format = text(param);
        if (format.length() > MAX_DATE_FORMAT || format.matches(".*%[0-9].*")) {
          throw new TemplateException("The filter date cannot take this format");
        }
      }
      boolean now = Set.of("now", "today").contains(text(value));
      Object subject = now ? context.get("now") : value;
      return subject == null ? "" : stock.apply(subject, context, params);
    }
  }

  static Collection<String> names() {
    return Stream.of(TEXT, NUMERIC, Set.of("date")).flatMap(Set::stream).sorted().toList();
  }
}
