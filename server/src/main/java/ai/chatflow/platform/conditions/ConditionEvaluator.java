package ai.chatflow.platform.conditions;

import ai.chatflow.api.model.Condition.OpEnum;
import java.util.Collection;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// Evaluates a condition in memory. The rules, which every other back end must share:
///
/// - A field without a value (or with JSON null) makes `exists` and every positive operator false,
///   and their negations `not_exists`, `ne`, `not_contains`, `not_in` true.
/// - `eq`: numbers by value (`1` is `1.0`); text without regard to case and surrounding space; a
///   number or boolean and a text that reads as one are equal by that value.
/// - `gt gte lt lte`: numbers (or text that reads as one) by value; else ISO dates and times by
///   time, a date being its midnight UTC; anything else is not comparable, so none of them holds.
/// - `contains starts_with ends_with`: text, without regard to case; a number is its decimal text.
/// - A list (tags) holds when one of its elements does; `contains` asks for a whole element.
/// - `ne`, `not_contains` and `not_in` are exactly the negations of `eq`, `contains` and `in`.
public final class ConditionEvaluator {
  private ConditionEvaluator() {}

  public static boolean holds(Criterion criterion, Facts facts) {
    return switch (criterion) {
      case Criterion.All(var parts) -> parts.stream().allMatch(part -> holds(part, facts));
      case Criterion.Any(var parts) -> parts.stream().anyMatch(part -> holds(part, facts));
      case Criterion.Not(var part) -> !holds(part, facts);
      case Criterion.Test test -> test(test, facts.valueOf(test.field()));
    };
  }

  private static boolean test(Criterion.Test test, @Nullable Object value) {
    return switch (test.op()) {
      case EXISTS -> exists(value);
      case NOT_EXISTS -> !exists(value);
      case EQ -> some(value, one -> Values.same(one, operand(test)));
      case NE -> !some(value, one -> Values.same(one, operand(test)));
      case GT, GTE, LT, LTE -> some(value, one -> ordered(test.op(), one, operand(test)));
      case CONTAINS -> contains(value, operand(test));
      case NOT_CONTAINS -> !contains(value, operand(test));
      case STARTS_WITH ->
          some(value, one -> Values.folded(one).startsWith(Values.folded(operand(test))));
      case ENDS_WITH ->
          some(value, one -> Values.folded(one).endsWith(Values.folded(operand(test))));
      case IN -> in(test, value);
      case NOT_IN -> !in(test, value);
    };
  }

  private static Object operand(Criterion.Test test) {
    return test.operands().getFirst();
  }

  private static boolean exists(@Nullable Object value) {
    return value instanceof Collection<?> many ? !many.isEmpty() : value != null;
  }

  private static boolean contains(@Nullable Object value, Object operand) {
    return value instanceof Collection<?>
        ? some(value, one -> Values.same(one, operand))
        : some(value, one -> Values.folded(one).contains(Values.folded(operand)));
  }

  private static boolean in(Criterion.Test test, @Nullable Object value) {
    return some(
        value, one -> test.operands().stream().anyMatch(operand -> Values.same(one, operand)));
  }

  private static boolean ordered(OpEnum op, Object value, Object operand) {
    var order = Values.compare(value, operand);
    if (order.isEmpty()) {
      return false;
    }
    int sign = order.getAsInt();
    return switch (op) {
      case GT -> sign > 0;
      case GTE -> sign >= 0;
      case LT -> sign < 0;
      case LTE -> sign <= 0;
      default -> throw new IllegalArgumentException("not an order: " + op);
    };
  }

  private static boolean some(@Nullable Object value, Predicate<Object> test) {
    if (value == null) {
      return false;
    }
    if (value instanceof Collection<?> many) {
      return many.stream().anyMatch(one -> one != null && test.test(one));
    }
    return test.test(value);
  }
}
