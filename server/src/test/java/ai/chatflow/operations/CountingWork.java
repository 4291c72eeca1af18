package ai.chatflow.operations;

import ai.chatflow.api.model.OperationKind;
import ai.chatflow.api.model.OperationResult;
import ai.chatflow.api.model.Problem;
import ai.chatflow.api.model.WebhookReplay;
import ai.chatflow.platform.db.WorkspaceTx;
import ai.chatflow.platform.lanes.DeadLetters;
import ai.chatflow.platform.lanes.LaneKey;
import org.jspecify.annotations.Nullable;

/// Counts, one number a step, and leaves each in the database; fails where a test says so, when
/// that is done.
final class CountingWork implements LongWork<CountingWork.Count> {
  /// The kind of the dead letters that are its effects.
  static final String EFFECT = "effect";

  private final DeadLetters effects;
  private long failing;
  private @Nullable RuntimeException failure;
  private int attempts;
  private Runnable whileAsked = () -> {};
  private long asking;
  private @Nullable String abandoned;

  CountingWork(DeadLetters effects) {
    this.effects = effects;
  }

  /// @param answer what was asked of somebody else
  record Count(long done, long end, @Nullable String answer) {
    Count(long done, long end) {
      this(done, end, null);
    }
  }

  /// This number is asked of somebody else first, and meanwhile that happens.
  synchronized void askAt(long number, Runnable meanwhile) {
    asking = number;
    whileAsked = meanwhile;
  }

  /// Why no step came any more.
  synchronized @Nullable String abandoned() {
    return abandoned;
  }

  @Override
  public synchronized void abandoned(WorkspaceTx tx, Count cursor, @Nullable Problem why) {
    abandoned = cursor.done() + " " + (why == null ? "cancelled" : why.code());
  }

  private synchronized boolean asks(long number) {
    return number == asking;
  }

  private Count asked(Count cursor) {
    Runnable meanwhile;
    synchronized (this) {
      meanwhile = whileAsked;
    }
    meanwhile.run();
    return new Count(cursor.done(), cursor.end(), "answer");
  }

  static OperationResult result(long end) {
    return new WebhookReplay(WebhookReplay.ObjectEnum.WEBHOOK_REPLAY, end);
  }

  synchronized void failAt(long number, RuntimeException with) {
    failing = number;
    failure = with;
  }

  synchronized void mend() {
    failure = null;
  }

  /// How often a step was begun.
  synchronized int attempts() {
    return attempts;
  }

  @Override
  public OperationKind kind() {
    return OperationKind.WEBHOOK_ENDPOINT_REPLAY;
  }

  @Override
  public Class<Count> cursorType() {
    return Count.class;
  }

  @Override
  public Step<Count> step(WorkspaceTx tx, Count cursor) {
    long done = cursor.done() + 1;
    if (asks(done) && cursor.answer() == null) {
      return new Step.Ask<>(() -> asked(cursor));
    }
    effects.bury(tx, new LaneKey(EFFECT, tx.workspace(), ""), "{}", String.valueOf(done), 1);
    failIfAsked(done);
    var progress = new Progress(done, cursor.end());
    return done == cursor.end()
        ? new Step.Done<>(result(done), progress)
        : new Step.Next<>(new Count(done, cursor.end()), progress);
  }

  private synchronized void failIfAsked(long number) {
    attempts++;
    if (failure != null && number == failing) {
      throw failure;
    }
  }
}
