package ai.chatflow.platform.events;

import ai.chatflow.platform.db.WorkspaceTx;
import ai.chatflow.platform.ids.IdGenerator;
import ai.chatflow.platform.ids.WorkspaceId;
import ai.chatflow.platform.lanes.LaneKey;
import ai.chatflow.platform.lanes.Lanes;
import ai.chatflow.platform.telemetry.Telemetry;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;

/// Renders events at once and writes those of a transaction as the last that it does, when it holds
/// the locks of all its aggregates.
///
/// They are published where nothing of their origin is queued and nobody else holds the head:
/// whatever came before them for one of their aggregates was committed before this transaction got
/// its lock, so it is published, or would be seen in the queue. Otherwise, and always when they may
/// come in floods, they are queued for the workspace's publisher, who gives each origin its share.
/// The head's lock is never waited for, and is held until the commit that follows. Where many want
/// it at once the publisher is cheaper: after a vain try it is left to him for a moment.
public final class StoredEventLog implements EventLog {
  private static final int MOST = 10_000;
  private static final Duration MOMENT = Duration.ofMillis(250);
  private static final String APPEND =
      """
      with head as materialized (
        select position from event_head
        where workspace_id = :workspace and cast(:tried as boolean) and not exists (
          select from event_queue where workspace_id = :workspace and origin = :origin)
        for update skip locked),
      published as (
        insert into event (workspace_id, position, id, type, data, created_at)
        select :workspace, head.position + n.turn, n.id, n.type, cast(n.data as json), now()
        from unnest(:ids, :types, :data) with ordinality as n (id, type, data, turn)
        cross join head
        returning 1),
      raised as (
        update event_head set position = event_head.position + :count
        where workspace_id = :workspace and exists (select from head)
        returning 1),
      queued as (
        insert into event_queue (workspace_id, origin, id, type, data)
        select :workspace, :origin, n.id, n.type, cast(n.data as json)
        from unnest(:ids, :types, :data) with ordinality as n (id, type, data, turn)
        where not exists (select from head)
        order by n.turn
        returning 1)
      select exists (select from head)
      """;

  private final Lanes lanes;
  private final EventFeed feed;
  private final Telemetry telemetry;
  private final ObjectMapper json;
  private final IdGenerator ids;
  private final InstantSource clock;

  /// Until when. Expires by itself too: a clock that jumps back holds up nobody.
  private final Cache<WorkspaceId, Instant> leftToPublisher =
      Caffeine.newBuilder().maximumSize(MOST).expireAfterWrite(MOMENT).build();

  public StoredEventLog(
      Lanes lanes,
      EventFeed feed,
      Telemetry telemetry,
      ObjectMapper json,
      IdGenerator ids,
      InstantSource clock) {
    this.lanes = lanes;
    this.feed = feed;
    this.telemetry = telemetry;
    this.json = json;
    this.ids = ids;
    this.clock = clock;
  }

  private record Rendered(UUID id, EventType type, String data, String origin) {}

  @Override
  public void append(WorkspaceTx tx, List<NewEvent> events) {
    if (events.isEmpty()) {
      return;
    }
    var appended = tx.beforeCommitOnce(this, Appended.class, () -> new Appended(tx));
    for (var event : events) {
      appended.events.add(
          new Rendered(ids.next(), event.type(), rendered(event.data()), event.origin()));
    }
  }

  private String rendered(Object data) {
    try {
      return json.writeValueAsString(data);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("an event could not be rendered: " + data.getClass(), e);
    }
  }

  /// The events of a transaction.
  private final class Appended implements Runnable {
    private final WorkspaceTx tx;
    private final List<Rendered> events = new ArrayList<>();

    Appended(WorkspaceTx tx) {
      this.tx = tx;
    }

    @Override
    public void run() {
      Map<String, List<Rendered>> byOrigin =
          events.stream().collect(Collectors.groupingBy(Rendered::origin));
      byOrigin.forEach(this::append);
    }

    /// Readers are told although a try may be in vain: then they look once too often.
    private void append(String origin, List<Rendered> rendered) {
      boolean tried = origin.equals(DIRECT) && mayTry();
      tx.later(
          APPEND,
          values ->
              values
                  .bind("workspace", tx.workspace())
                  .bind("origin", origin)
                  .bind("tried", tried)
                  .bind("count", rendered.size())
                  .bindArray("ids", UUID.class, rendered.stream().map(Rendered::id).toArray())
                  .bindArray(
                      "types",
                      String.class,
                      rendered.stream().map(e -> e.type().wireName()).toArray())
                  .bindArray("data", String.class, rendered.stream().map(Rendered::data).toArray()),
          rows -> {
            rows.next();
            done(tried, rows.getBoolean(1), rendered.size());
          });
      if (tried) {
        feed.published(tx);
      }
    }

    private boolean mayTry() {
      var until = leftToPublisher.getIfPresent(tx.workspace());
      return until == null || !clock.instant().isBefore(until);
    }

    private void done(boolean tried, boolean published, int count) {
      if (published) {
        tx.afterCommit(() -> telemetry.published(count));
      } else {
        if (tried) {
          leftToPublisher.put(tx.workspace(), clock.instant().plus(MOMENT));
        }
        lanes.wake(tx, new LaneKey(EventPublisher.KIND, tx.workspace(), ""), clock.instant());
      }
    }
  }
}
