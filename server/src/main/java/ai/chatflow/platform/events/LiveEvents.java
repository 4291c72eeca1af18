package ai.chatflow.platform.events;

import ai.chatflow.platform.db.Db;
import ai.chatflow.platform.errors.Gone;
import ai.chatflow.platform.events.EventStore.Stretch;
import ai.chatflow.platform.ids.WorkspaceId;
import ai.chatflow.platform.time.Monotonic;
import org.jspecify.annotations.Nullable;

/// The log of a workspace for those who follow it live.
public final class LiveEvents {
  private final Db db;
  private final EventHub hub;
  private final UnreadStreams unread;
  private final EventStore store = new EventStore();

  public LiveEvents(Db db, EventHub hub, UnreadStreams unread) {
    this.db = db;
    this.hub = hub;
    this.unread = unread;
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
  /// @param reader who it is for
  /// @throws Gone when events after the position are no longer kept
  EventStream stream(
      WorkspaceId workspace,
      @Nullable Long after,
      EventFilter filter,
      EventStream.Reader reader,
      Monotonic monotonic) {
    long from = begin(workspace, after);
    var surroundings = new EventStream.Surroundings(this, hub, unread, monotonic);
    return new EventStream(surroundings, workspace, reader, from, filter);
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
