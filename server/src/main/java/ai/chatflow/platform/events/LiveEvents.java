package ai.chatflow.platform.events;

import ai.chatflow.platform.db.Db;
import ai.chatflow.platform.errors.Gone;
import ai.chatflow.platform.events.EventStore.Stretch;
import ai.chatflow.platform.ids.WorkspaceId;
import ai.chatflow.platform.time.Monotonic;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/// The log of a workspace for those who follow it live.
public final class LiveEvents {
  private final Db db;
  private final EventHub hub;
  private final EventStore store = new EventStore();

  public LiveEvents(Db db, EventHub hub) {
    this.db = db;
    this.hub = hub;
  }

  /// The position of the newest event.
  public long head(WorkspaceId workspace) {
    return db.inTransaction(workspace, store::head);
  }

  /// Events after a position, from the newest one on when it is null.
  ///
  /// @throws Gone when events after the position are no longer kept
  public EventCursor follow(WorkspaceId workspace, @Nullable Long after, EventFilter filter) {
    return new EventCursor(this, hub, workspace, begin(workspace, after), filter);
  }

  /// The same as server-sent events.
  ///
  /// @param standing asked every few seconds whether it may still read
  /// @throws Gone when events after the position are no longer kept
  EventStream stream(
      WorkspaceId workspace,
      @Nullable Long after,
      EventFilter filter,
      BooleanSupplier standing,
      Monotonic monotonic) {
    long from = begin(workspace, after);
    return new EventStream(this, hub, monotonic, workspace, standing, from, filter);
  }

  private long begin(WorkspaceId workspace, @Nullable Long after) {
    return db.inTransaction(
        workspace,
        tx -> {
          if (after == null) {
            return store.head(tx);
          }
          store.requireKept(tx, after);
          return after;
        });
  }

  /// The next of the log for a reader that is at a position; of what it wants by type only. What is
  /// kept is looked at last: then nothing of the stretch had gone.
  ///
  /// @throws Gone when events after the position are no longer kept
  Stretch next(WorkspaceId workspace, long after, EventFilter filter, int limit) {
    return db.inTransaction(
        workspace,
        tx -> {
          var stretch = store.stretch(tx, after, filter.types(), limit);
          if (stretch.through() > after) {
            store.requireKept(tx, after);
          }
          return stretch;
        });
  }
}
