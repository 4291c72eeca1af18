package ai.chatflow.platform.events;

import ai.chatflow.platform.db.WorkspaceTx;
import ai.chatflow.platform.ids.IdGenerator;
import ai.chatflow.platform.lanes.LaneKey;
import ai.chatflow.platform.lanes.Lanes;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.time.InstantSource;

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
  public void append(WorkspaceTx tx, EventType type, Object data, String origin) {
    if (!type.dataType().isInstance(data)) {
      throw new IllegalArgumentException(
          type.wireName()
              + " carries "
              + type.dataType().getSimpleName()
              + ", not "
              + data.getClass());
    }
    tx.handle()
        .createUpdate(
            """
            insert into event_queue (workspace_id, origin, id, type, data)
            values (:workspace, :origin, :id, :type, cast(:data as json))
            """)
        .bind("workspace", tx.workspace())
        .bind("origin", origin)
        .bind("id", ids.next())
        .bind("type", type.wireName())
        .bind("data", rendered(data))
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
