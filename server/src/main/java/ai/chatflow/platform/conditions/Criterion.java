package ai.chatflow.platform.conditions;

import ai.chatflow.api.model.Condition.OpEnum;
import java.util.List;

/// A condition whose structure is right. `ConditionParser` makes it from the contract's form.
public sealed interface Criterion {
  /// Holds when every part holds.
  record All(List<Criterion> parts) implements Criterion {
    public All {
      parts = List.copyOf(parts);
    }
  }

  /// Holds when one part holds.
  record Any(List<Criterion> parts) implements Criterion {
    public Any {
      parts = List.copyOf(parts);
    }
  }

  /// Holds when the part does not.
  record Not(Criterion part) implements Criterion {}

  /// Compares a field. `operands` are strings, numbers or booleans: none for `exists` and
  /// `not_exists`, at least one for `in` and `not_in`, else exactly one.
  record Test(String field, OpEnum op, List<Object> operands) implements Criterion {
    public Test {
      operands = List.copyOf(operands);
    }
  }
}
