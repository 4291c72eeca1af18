package ai.chatflow.platform.events;

import ai.chatflow.platform.db.Db;
import ai.chatflow.platform.errors.Gone;
import ai.chatflow.platform.ids.WorkspaceId;
import java.util.List;
import java.util.Map;
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
  /// @param types none means all
  /// @param subjects ids that an event must be about, by kind: `channel`, `conversation`, …
  /// @throws Gone when events after the position are no longer kept
  public EventCursor follow(
      WorkspaceId workspace,
      @Nullable Long after,
      List<EventType> types,
      Map<String, String> subjects) {
    long from =
        db.inTransaction(
            workspace,
            tx -> {
              if (after == null) {
                return store.head(tx);
              }
              store.requireKept(tx, after);
              return after;
            });
    return new EventCursor(
        db, hub, new EventStream.Reader(workspace, () -> true, from, types, subjects));
  }
}
