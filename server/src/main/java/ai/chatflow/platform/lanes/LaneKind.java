package ai.chatflow.platform.lanes;

import ai.chatflow.platform.db.SystemTx;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// One kind of asynchronous work: how the rows of its queue table are worked and found. Called on
/// many threads, for one lane by one at a time. What it does to the database is fenced by `delete …
/// returning` of the work item in the transaction of the effect.
public interface LaneKind {
  /// Stable; part of the lane's primary key.
  String name();

  /// Works one small claim, at most some 50 ms worth. A poisoned item is retried by its own
  /// schedule and ends in `DeadLetters`; an exception thrown here holds up the whole lane.
  LaneStep work(LaneRun run);

  /// When this lane is to be worked next, read from the queue table (its own transaction; the
  /// lane's rate may make it later); empty when nothing is queued. Must see every committed row.
  Optional<Instant> earliestDue(LaneKey lane);

  /// Since when the item that waits longest has been due, by its own row, for measuring; empty when
  /// none waits or the kind leaves it to its lanes.
  default Optional<Instant> oldest(SystemTx tx) {
    return Optional.empty();
  }

  /// Lanes that have rows due, at most `limit`. The sweep wakes those whose wake was lost in a
  /// crash.
  List<LaneKey> overdue(SystemTx tx, Instant now, int limit);
}
