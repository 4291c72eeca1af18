package ai.chatflow.platform.events;

import ai.chatflow.platform.db.WorkspaceTx;
import ai.chatflow.platform.ids.IdGenerator;
import ai.chatflow.platform.lanes.LaneKey;
import ai.chatflow.platform.lanes.Lanes;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.time.InstantSource;
import java.util.List;
import java.util.UUID;

/// Renders events into `event_queue` and wakes the workspace's publisher. The sequence gives the
/// order, drawn while the caller holds the aggregate's lock.
public final class QueuedEventLog implements EventLog {
  private final Lanes lanes;
  private final ObjectMapper json;
  private final IdGenerator ids;
  private final InstantSource clock;

  public QueuedEventLog(Lanes lanes, ObjectMapper json, IdGenerator ids, InstantSource clock) {
    this.lanes = lanes;
    this.json = json;
    this.ids = ids;
    this.clock = clock;
  }

  @Override
  public void append(WorkspaceTx tx, List<NewEvent> events) {
    if (events.isEmpty()) {
      return;
    }
    tx.handle()
        .createUpdate(
            """
            insert into event_queue (workspace_id, origin, id, type, data)
            select :workspace, n.origin, n.id, n.type, cast(n.data as json)
            from unnest(:origins, :ids, :types, :data)
              with ordinality as n (origin, id, type, data, turn)
            order by n.turn
            """)
        .bind("workspace", tx.workspace())
        .bindArray("origins", String.class, events.stream().map(NewEvent::origin).toArray())
        .bindArray("ids", UUID.class, events.stream().map(_ -> ids.next()).toArray())
        .bindArray("types", String.class, events.stream().map(e -> e.type().wireName()).toArray())
        .bindArray("data", String.class, events.stream().map(e -> rendered(e.data())).toArray())
        .execute();
    lanes.wake(tx, new LaneKey(EventPublisher.KIND, tx.workspace(), ""), clock.instant());
  }

  private String rendered(Object data) {
    try {
      return json.writeValueAsString(data);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("an event could not be rendered: " + data.getClass(), e);
    }
  }
}
