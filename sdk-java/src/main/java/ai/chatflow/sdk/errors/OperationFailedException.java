package ai.chatflow.sdk.errors;

import ai.chatflow.sdk.model.Operation;
import ai.chatflow.sdk.model.Problem;
import ai.chatflow.sdk.model.ProblemCode;
import java.util.Optional;

/// An operation that was waited for did not succeed: it failed, or somebody cancelled it. What it
/// had done until then stays.
public final class OperationFailedException extends ChatFlowException {
  private static final long serialVersionUID = 1L;

  private final transient Operation operation;

  public OperationFailedException(Operation operation) {
    super(describe(operation), null);
    this.operation = operation;
  }

  private static String describe(Operation operation) {
    String why =
        operation
            .error()
            .map(problem -> ": " + problem.code() + ": " + problem.detail().orElse(problem.title()))
            .orElse("");
    return operation.kind() + " " + operation.id() + " is " + operation.status() + why;
  }

  /// As it ended.
  public Operation operation() {
    return operation;
  }

  /// Why it failed; empty when it was cancelled.
  public Optional<Problem> problem() {
    return operation.error();
  }

  /// Stable: decide by this, not by the message. Empty when it was cancelled.
  public Optional<ProblemCode> code() {
    return problem().map(Problem::code);
  }
}
