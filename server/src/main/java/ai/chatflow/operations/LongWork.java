package ai.chatflow.operations;

import ai.chatflow.api.model.OperationKind;
import ai.chatflow.api.model.OperationResult;
import ai.chatflow.api.model.Problem;
import ai.chatflow.platform.db.WorkspaceTx;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

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

  /// The operation failed, was given up or was cancelled: no piece comes any more. In the
  /// transaction of that end.
  ///
  /// @param why null when it was cancelled
  default void abandoned(WorkspaceTx tx, C cursor, @Nullable Problem why) {}

  /// What came of a piece.
  sealed interface Step<C> {
    /// There is more to do.
    record Next<C>(C cursor, Progress progress) implements Step<C> {}

    /// Somebody else has to be asked first, outside of any transaction: nothing of this piece is
    /// kept. The next call of `step` gets the cursor that `question` returns, which holds the
    /// answer; it is not stored. What it throws ends or postpones the operation as if `step` had
    /// thrown it. After a crash the same is asked again.
    record Ask<C>(Supplier<C> question) implements Step<C> {}

    /// That was all.
    record Done<C>(OperationResult result, Progress progress) implements Step<C> {}
  }
}
