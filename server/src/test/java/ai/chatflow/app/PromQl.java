package ai.chatflow.app;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// Reads from an expression of Prometheus' language which metrics and labels it names. What it does
/// not know of the language it refuses.
///
/// @param selectors the metrics, each with its matchers
/// @param grouping the labels of `by`, `on` and the like
record PromQl(List<Selector> selectors, List<String> grouping) {
  private static final Pattern TOKEN =
      Pattern.compile(
          """
          \\s+|(?<string>"(?:[^"\\\\]|\\\\.)*")|(?<range>\\[(?:\\d+[smhdw]|\\$__rate_interval)])\
          |(?<number>\\d+(?:\\.\\d+)?(?:e\\d+)?[smhdw]?)|(?<name>[a-zA-Z_:][a-zA-Z0-9_:]*)\
          |(?<sign>=~|!~|!=|==|>=|<=|[-+*/%^<>={}(),])\
          """);
  private static final Set<String> FUNCTIONS =
      Set.of(
          "rate",
          "increase",
          "delta",
          "histogram_quantile",
          "label_values",
          "clamp_min",
          "max_over_time",
          "sum",
          "max",
          "min",
          "avg",
          "count",
          "topk");
  private static final Set<String> GROUPERS = Set.of("by", "without", "on", "ignoring");
  private static final Set<String> OPERATORS = Set.of("and", "or", "unless", "bool", "offset");

  /// A metric with its matchers: label to operator and value, such as `="failed"`.
  record Selector(String metric, Map<String, String> matchers) {}

  static PromQl parse(String expression) {
    return new Parser(tokens(expression), expression).expression();
  }

  private static Deque<String> tokens(String expression) {
    var tokens = new ArrayDeque<String>();
    var matcher = TOKEN.matcher(expression);
    int end = 0;
    while (matcher.find() && matcher.start() == end) {
      end = matcher.end();
      if (!matcher.group().isBlank()) {
        tokens.add(matcher.group());
      }
    }
    if (end != expression.length()) {
      throw new IllegalArgumentException("at " + end + ": " + expression);
    }
    return tokens;
  }

  private static boolean isName(String token) {
    return Character.isLetter(token.charAt(0)) || token.startsWith("_");
  }

  private static final class Parser {
    private final Deque<String> tokens;
    private final String expression;
    private final List<Selector> selectors = new ArrayList<>();
    private final List<String> grouping = new ArrayList<>();
    private int depth;

    Parser(Deque<String> tokens, String expression) {
      this.tokens = tokens;
      this.expression = expression;
    }

    PromQl expression() {
      while (!tokens.isEmpty()) {
        var token = tokens.remove();
        depth += token.equals("(") ? 1 : token.equals(")") ? -1 : 0;
        check(depth >= 0 && !token.equals("{"), token);
        if (GROUPERS.contains(token)) {
          labels();
        } else if (isName(token) && !OPERATORS.contains(token)) {
          name(token);
        }
      }
      check(depth == 0, "the end");
      return new PromQl(selectors, grouping);
    }

    private void name(String name) {
      var next = tokens.isEmpty() ? "" : tokens.element();
      if (next.equals("(") || GROUPERS.contains(next)) {
        check(FUNCTIONS.contains(name), name);
        return;
      }
      var matchers = new LinkedHashMap<String, String>();
      if (next.equals("{")) {
        tokens.remove();
        while (!tokens.element().equals("}")) {
          matchers.put(tokens.remove(), tokens.remove() + tokens.remove());
          if (tokens.element().equals(",")) {
            tokens.remove();
          }
        }
        tokens.remove();
      }
      if (!name.equals("job") && !name.equals("instance")) {
        selectors.add(new Selector(name, matchers));
      }
    }

    private void labels() {
      check(tokens.remove().equals("("), "a list of labels");
      var list = new ArrayList<String>();
      for (var token = tokens.remove(); !token.equals(")"); token = tokens.remove()) {
        list.add(token);
      }
      grouping.addAll(
          list.stream().filter(token -> !token.equals(",")).collect(Collectors.toList()));
    }

    private void check(boolean right, String where) {
      if (!right) {
        throw new IllegalArgumentException(where + " in " + expression);
      }
    }
  }
}
