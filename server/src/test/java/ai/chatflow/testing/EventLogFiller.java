package ai.chatflow.testing;

import ai.chatflow.platform.ids.FlowId;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.UUID;

/// Fills the event log of a workspace faster than anything can happen.
public final class EventLogFiller {
  private EventLogFiller() {}

  /// Appends so many `flow.published`, with versions from 1; as the owner of the tables.
  public static void fill(Connection owner, UUID workspace, int events) throws SQLException {
    var append =
        """
        with head as (
          insert into event_head (workspace_id, position) values (?, 0)
          on conflict (workspace_id) do update set position = event_head.position
          returning position),
        appended as (
          insert into event (workspace_id, position, id, type, data, created_at)
          select ?, head.position + n, gen_random_uuid(), 'flow.published',
            json_build_object('flow_id', ?, 'name', 'Welcome', 'version', n), now()
          from head, generate_series(1, ?) as n
          returning 1)
        select count(*) from appended
        """;
    try (var statement = owner.prepareStatement(append);
        var raise =
            owner.prepareStatement(
                "update event_head set position = position + ? where workspace_id = ?")) {
      statement.setObject(1, workspace);
      statement.setObject(2, workspace);
      statement.setString(3, new FlowId(new UUID(7, 7)).toString());
      statement.setInt(4, events);
      statement.execute();
      raise.setInt(1, events);
      raise.setObject(2, workspace);
      raise.execute();
    }
  }
}
