package ai.chatflow.platform.conditions;

import ai.chatflow.api.model.Condition;
import ai.chatflow.api.model.Condition.OpEnum;
import ai.chatflow.platform.errors.FieldError;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Reads the contract's form of a condition and says everything that is wrong with it at once.
public final class ConditionParser {
  static final int MAX_DEPTH = 20;

  private final List<FieldError> errors = new ArrayList<>();

  private ConditionParser() {}

  /// What is wrong with the structure; empty when `parse` will take it. `pointer` is where the
  /// condition stands in its document.
  public static List<FieldError> check(Condition condition, String pointer) {
    var parser = new ConditionParser();
    parser.read(condition, pointer, 1);
    return List.copyOf(parser.errors);
  }

  /// Reads a condition that has been checked.
  ///
  /// @throws IllegalArgumentException when `check` has something to say
  public static Criterion parse(Condition condition) {
    var parser = new ConditionParser();
    Criterion criterion = parser.read(condition, "", 1);
    if (criterion == null || !parser.errors.isEmpty()) {
      throw new IllegalArgumentException("Not a condition: " + parser.errors);
    }
    return criterion;
  }

  private @Nullable Criterion read(Condition condition, String at, int depth) {
    if (depth > MAX_DEPTH) {
      return wrong(at, "condition_too_deep", "Conditions nest at most " + MAX_DEPTH + " deep");
    }
    if (shapes(condition) != 1) {
      return wrong(
          at, "condition_shape", "A condition has exactly one of `all`, `any`, `not` and `field`");
    }
    if (condition.field() != null) {
      return test(condition, at);
    }
    if (condition.op() != null || condition.values() != null || condition.value().isPresent()) {
      wrong(at, "condition_shape", "`op`, `value` and `values` go with `field` only");
    }
    if (condition.not() != null) {
      Criterion part = read(condition.not(), at + "/not", depth + 1);
      return part == null ? null : new Criterion.Not(part);
    }
    return condition.all() != null
        ? new Criterion.All(parts(condition.all(), at + "/all", depth))
        : new Criterion.Any(parts(condition.any(), at + "/any", depth));
  }

  private static int shapes(Condition condition) {
    return (condition.all() == null ? 0 : 1)
        + (condition.any() == null ? 0 : 1)
        + (condition.not() == null ? 0 : 1)
        + (condition.field() == null ? 0 : 1);
  }

  private List<Criterion> parts(List<Condition> conditions, String at, int depth) {
    if (conditions.isEmpty()) {
      wrong(at, "condition_empty", "An empty list holds for nobody or for everybody; name a part");
    }
    var parts = new ArrayList<Criterion>();
    for (int i = 0; i < conditions.size(); i++) {
      Criterion part = read(conditions.get(i), at + "/" + i, depth + 1);
      if (part != null) {
        parts.add(part);
      }
    }
    return parts;
  }

  private @Nullable Criterion test(Condition condition, String at) {
    OpEnum op = condition.op();
    if (op == null) {
      return wrong(at + "/op", "op_missing", "`field` needs an `op`");
    }
    return switch (op) {
      case EXISTS, NOT_EXISTS -> withoutOperand(condition, op, at);
      case IN, NOT_IN -> withMany(condition, op, at);
      case EQ, NE, GT, GTE, LT, LTE, CONTAINS, NOT_CONTAINS, STARTS_WITH, ENDS_WITH ->
          withOne(condition, op, at);
    };
  }

  private @Nullable Criterion withoutOperand(Condition condition, OpEnum op, String at) {
    if (condition.value().isPresent() || condition.values() != null) {
      return wrong(at, "value_unexpected", "`" + op + "` takes neither `value` nor `values`");
    }
    return new Criterion.Test(condition.field(), op, List.of());
  }

  private @Nullable Criterion withMany(Condition condition, OpEnum op, String at) {
    if (condition.value().isPresent()) {
      return wrong(at + "/value", "value_unexpected", "`" + op + "` takes `values`");
    }
    List<Object> values = condition.values();
    if (values == null || values.isEmpty()) {
      return wrong(at + "/values", "values_missing", "`" + op + "` needs `values`");
    }
    for (int i = 0; i < values.size(); i++) {
      if (!isScalar(values.get(i))) {
        return wrong(
            at + "/values/" + i, "value_type", "A value is a string, a number or a boolean");
      }
    }
    return new Criterion.Test(condition.field(), op, values);
  }

  private @Nullable Criterion withOne(Condition condition, OpEnum op, String at) {
    if (condition.values() != null) {
      return wrong(at + "/values", "values_unexpected", "`" + op + "` takes `value`");
    }
    if (!condition.value().isPresent()) {
      return wrong(at + "/value", "value_missing", "`" + op + "` needs a `value`");
    }
    Object value = condition.value().get();
    if (value == null) {
      return wrong(at + "/value", "value_null", "Use `exists` or `not_exists` instead of null");
    }
    if (!isScalar(value)) {
      return wrong(at + "/value", "value_type", "A value is a string, a number or a boolean");
    }
    if (value instanceof Boolean && op != OpEnum.EQ && op != OpEnum.NE) {
      return wrong(at + "/value", "value_type", "A boolean goes with `eq` and `ne` only");
    }
    return new Criterion.Test(condition.field(), op, List.of(value));
  }

  private static boolean isScalar(@Nullable Object value) {
    return value instanceof String || value instanceof Number || value instanceof Boolean;
  }

  private @Nullable Criterion wrong(String pointer, String code, String detail) {
    errors.add(new FieldError(pointer, code, detail));
    return null;
  }
}
