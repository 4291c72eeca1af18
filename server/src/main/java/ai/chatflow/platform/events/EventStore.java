package ai.chatflow.platform.events;

import ai.chatflow.api.model.ProblemCode;
import ai.chatflow.platform.db.Rows;
import ai.chatflow.platform.db.WorkspaceTx;
import ai.chatflow.platform.errors.Gone;
import ai.chatflow.platform.ids.EventId;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/// Reads the published events of a workspace.
public final class EventStore {
  /// Events after the position, in order; no `types` means all. A reader that has seen position n
  /// has seen everything up to n.
  public List<StoredEvent> page(
      WorkspaceTx tx, long afterPosition, Collection<EventType> types, int limit) {
    return tx.handle()
        .createQuery(
            """
            select position, id, type, data, created_at from event
            where workspace_id = :workspace and position > :after
              and (cardinality(:types) = 0 or type = any(:types))
            order by position limit :limit
            """)
        .bind("workspace", tx.workspace())
        .bind("after", afterPosition)
        .bindArray("types", String.class, types.stream().map(EventType::wireName).toList())
        .bind("limit", limit)
        .map((row, _) -> read(row))
        .list();
  }

  /// A piece of the log.
  ///
  /// @param events those of the wanted types in it, in order
  /// @param through up to here everything was looked at
  public record Stretch(List<StoredEvent> events, long through) {
    public Stretch {
      events = List.copyOf(events);
    }
  }

  /// What follows a position, as far as one page goes. The head is read first: an event that is
  /// published meanwhile is seen now or next time, and never skipped.
  public Stretch stretch(WorkspaceTx tx, long after, Collection<EventType> types, int limit) {
    long head = head(tx);
    if (head <= after) {
      return new Stretch(List.of(), after);
    }
    var events = page(tx, after, types, limit);
    long last = events.isEmpty() ? head : events.getLast().position();
    return new Stretch(events, events.size() == limit ? last : Math.max(head, last));
  }

  /// The events at these positions, as far as they are kept.
  public List<StoredEvent> at(WorkspaceTx tx, Collection<Long> positions) {
    if (positions.isEmpty()) {
      return List.of();
    }
    return tx.handle()
        .createQuery(
            """
            select position, id, type, data, created_at from event
            where workspace_id = :workspace and position = any(:positions)
            """)
        .bind("workspace", tx.workspace())
        .bindArray("positions", Long.class, positions)
        .map((row, _) -> read(row))
        .list();
  }

  private record Moment(long position, Instant at) {}

  /// Where the events since a time begin, as far as the order of positions is that of times; `end`
  /// when no event before it is that young. Halves the log some twenty times, whatever its length.
  public long firstSince(WorkspaceTx tx, Instant since, long end) {
    long low = 1;
    long high = end;
    while (low < high) {
      long middle = low + (high - low) / 2;
      var next = atOrAfter(tx, middle);
      if (next.isEmpty() || !next.get().at().isBefore(since)) {
        high = middle;
      } else {
        low = next.get().position() + 1;
      }
    }
    return Math.min(end, atOrAfter(tx, low).map(Moment::position).orElse(end));
  }

  private static Optional<Moment> atOrAfter(WorkspaceTx tx, long position) {
    return tx.handle()
        .createQuery(
            """
            select position, created_at from event
            where workspace_id = :workspace and position >= :position
            order by position limit 1
            """)
        .bind("workspace", tx.workspace())
        .bind("position", position)
        .map((row, _) -> new Moment(row.getLong("position"), Rows.instant(row, "created_at")))
        .findOne();
  }

  /// @throws Gone when events after the position are no longer kept
  public void requireKept(WorkspaceTx tx, long after) {
    if (after < head(tx) && at(tx, List.of(after + 1)).isEmpty()) {
      throw new Gone(
          ProblemCode.CURSOR_EXPIRED, "Events after position " + after + " are no longer kept.");
    }
  }

  private static StoredEvent read(ResultSet row) throws SQLException {
    return new StoredEvent(
        row.getLong("position"),
        new EventId(row.getObject("id", UUID.class)),
        row.getString("type"),
        Rows.instant(row, "created_at"),
        row.getString("data"));
  }

  /// The position of the newest published event; 0 when there is none.
  public long head(WorkspaceTx tx) {
    return tx.handle()
        .createQuery("select position from event_head where workspace_id = :workspace")
        .bind("workspace", tx.workspace())
        .mapTo(Long.class)
        .findOne()
        .orElse(0L);
  }
}
