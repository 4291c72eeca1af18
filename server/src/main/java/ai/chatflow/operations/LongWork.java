package ai.chatflow.operations;

import ai.chatflow.api.model.OperationKind;
import ai.chatflow.api.model.OperationResult;
import ai.chatflow.platform.db.WorkspaceTx;

/// One kind of long work. Stands beside the feature that it belongs to, which registers it with
/// `OperationService` and begins operations of it.
///
/// @param <C> how far an operation is: a record that goes through JSON; holds what was asked for,
///   too
public interface LongWork<C> {
  OperationKind kind();

  Class<C> cursorType();

  /// Does the next piece, of at most some 50 ms: a thousand rows by one or two statements. What it
  /// does commits together with the cursor that it returns, so each piece is done once, whatever
  /// dies in between. A refusal that waiting does not mend (`NotFound`, …) ends the operation with
  /// its problem; whatever else is thrown has the same piece tried again, for some minutes.
  Step<C> step(WorkspaceTx tx, C cursor);

  /// What came of a piece.
  sealed interface Step<C> {
    Progress progress();

    /// There is more to do.
    record Next<C>(C cursor, Progress progress) implements Step<C> {}

    /// That was all.
    record Done<C>(OperationResult result, Progress progress) implements Step<C> {}
  }
}
