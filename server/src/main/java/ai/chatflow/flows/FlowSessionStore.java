package ai.chatflow.flows;

import ai.chatflow.api.model.FlowSessionStatus;
import ai.chatflow.flows.engine.SessionState;
import ai.chatflow.platform.db.Rows;
import ai.chatflow.platform.db.Where;
import ai.chatflow.platform.db.WorkspaceTx;
import ai.chatflow.platform.ids.ChannelId;
import ai.chatflow.platform.ids.ContactId;
import ai.chatflow.platform.ids.ConversationId;
import ai.chatflow.platform.ids.FlowId;
import ai.chatflow.platform.ids.FlowSessionId;
import ai.chatflow.platform.json.Json;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// SQL of sessions.
final class FlowSessionStore {
  private static final String SELECT =
      """
      select id, flow_id, flow_version, contact_id, channel_id, conversation_id, state, created_at,
        updated_at
      from flow_session
      """;

  /// Which sessions a list shows; what is null does not filter.
  record Filter(
      @Nullable FlowId flow, @Nullable ContactId contact, @Nullable FlowSessionStatus status) {}

  /// One message of a contact at a time: held until the transaction ends. Locks also the contact
  /// that has no session yet, which no row could.
  void lockTurn(WorkspaceTx tx, ContactId contact, ChannelId channel) {
    tx.handle()
        .createQuery("select pg_advisory_xact_lock(hashtextextended(:turn, 7))")
        .bind("turn", tx.workspace() + "\n" + contact + "\n" + channel)
        .mapTo(String.class)
        .findOne();
  }

  /// The session that waits for this contact on this channel, locked.
  Optional<FlowSession> lockWaiting(WorkspaceTx tx, ContactId contact, ChannelId channel) {
    return tx.handle()
        .createQuery(
            SELECT
                + """
                where workspace_id = :workspace and contact_id = :contact
                  and channel_id = :channel and status = 'waiting'
                for no key update
                """)
        .bind("workspace", tx.workspace())
        .bind("contact", contact)
        .bind("channel", channel)
        .map((row, _) -> read(row))
        .findOne();
  }

  Optional<FlowSession> find(WorkspaceTx tx, FlowSessionId id) {
    return tx.handle()
        .createQuery(SELECT + "where workspace_id = :workspace and id = :id")
        .bind("workspace", tx.workspace())
        .bind("id", id)
        .map((row, _) -> read(row))
        .findOne();
  }

  /// Newest first, from before `before`.
  List<FlowSession> list(WorkspaceTx tx, Filter filter, @Nullable UUID before, int limit) {
    FlowSessionStatus status = filter.status();
    return new Where(tx, "workspace_id = :workspace")
        .and("id < :before", "before", before)
        .and("flow_id = :flow", "flow", filter.flow())
        .and("contact_id = :contact", "contact", filter.contact())
        .and("status = :status", "status", status == null ? null : status.value())
        .page(SELECT, "order by id desc", limit, FlowSessionStore::read);
  }

  void insert(WorkspaceTx tx, FlowSession session) {
    tx.handle()
        .createUpdate(
            """
            insert into flow_session
              (workspace_id, id, flow_id, flow_version, contact_id, channel_id, conversation_id,
               status, state, created_at, updated_at)
            values
              (:workspace, :id, :flow, :version, :contact, :channel, :conversation,
               :status, cast(:state as jsonb), :created, :updated)
            """)
        .bind("workspace", tx.workspace())
        .bind("id", session.id())
        .bind("flow", session.flow())
        .bind("version", session.version())
        .bind("contact", session.contact())
        .bind("channel", session.channel())
        .bind("conversation", session.conversation())
        .bind("status", session.state().status().value())
        .bind("state", Json.write(session.state()))
        .bind("created", session.createdAt())
        .bind("updated", session.updatedAt())
        .execute();
  }

  void update(WorkspaceTx tx, FlowSession session) {
    tx.handle()
        .createUpdate(
            """
            update flow_session
            set status = :status, state = cast(:state as jsonb), updated_at = :updated
            where workspace_id = :workspace and id = :id
            """)
        .bind("workspace", tx.workspace())
        .bind("id", session.id())
        .bind("status", session.state().status().value())
        .bind("state", Json.write(session.state()))
        .bind("updated", session.updatedAt())
        .execute();
  }

  /// Cancels what waits in a flow.
  int cancelWaiting(WorkspaceTx tx, FlowId flow, Instant now) {
    return tx.handle()
        .createUpdate(
            """
            with waiting as (
              select id from flow_session
              where workspace_id = :workspace and flow_id = :flow and status = 'waiting'
              order by id for no key update)
            update flow_session s
            set status = 'cancelled', updated_at = :now,
              state = jsonb_set(s.state, '{status}', '"cancelled"')
            from waiting
            where s.workspace_id = :workspace and s.id = waiting.id
            """)
        .bind("workspace", tx.workspace())
        .bind("flow", flow)
        .bind("now", now)
        .execute();
  }

  private static FlowSession read(ResultSet row) throws SQLException {
    return new FlowSession(
        new FlowSessionId(row.getObject("id", UUID.class)),
        new FlowId(row.getObject("flow_id", UUID.class)),
        row.getInt("flow_version"),
        new ContactId(row.getObject("contact_id", UUID.class)),
        new ChannelId(row.getObject("channel_id", UUID.class)),
        new ConversationId(row.getObject("conversation_id", UUID.class)),
        Json.read(row.getString("state"), SessionState.class),
        Rows.instant(row, "created_at"),
        Rows.instant(row, "updated_at"));
  }
}
