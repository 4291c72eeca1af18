package ai.chatflow.channels.sandbox;

import ai.chatflow.api.model.MessageContent;
import ai.chatflow.api.model.SandboxMessage.StatusEnum;
import ai.chatflow.channels.OutboundMessage;
import ai.chatflow.platform.db.Where;
import ai.chatflow.platform.db.WorkspaceTx;
import ai.chatflow.platform.ids.ChannelId;
import ai.chatflow.platform.ids.MessageId;
import ai.chatflow.platform.json.Json;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// SQL of what the simulated handsets were sent.
final class SandboxStore {
  private static final String SELECT =
      """
      select id, message_id, recipient, content, status, created_at, updated_at
      from sandbox_message
      """;

  /// What is known of a message after one more attempt.
  record Attempt(UUID id, int number, boolean alreadyAccepted) {}

  /// Counts an attempt; the row stays locked until the transaction ends. Empty when the channel was
  /// deleted.
  Optional<Attempt> attempt(
      WorkspaceTx tx, ChannelId channel, UUID id, OutboundMessage message, Instant now) {
    return tx.handle()
        .createQuery(
            """
            insert into sandbox_message (workspace_id, channel_id, message_id, id, recipient,
              content, status, created_at, updated_at)
            select c.workspace_id, c.id, :message, :id, :recipient, cast(:content as jsonb),
              'sent', :now, :now
            from channel c
            where c.workspace_id = :workspace and c.id = :channel
            for key share
            on conflict (workspace_id, channel_id, message_id) do update
            set attempts = sandbox_message.attempts + 1
            returning id, attempts, accepted_at is not null as accepted
            """)
        .bind("workspace", tx.workspace())
        .bind("channel", channel)
        .bind("message", message.id())
        .bind("id", id)
        .bind("recipient", message.groupId() == null ? message.address() : message.groupId())
        .bind("content", Json.write(message.content()))
        .bind("now", now)
        .map(
            (row, _) ->
                new Attempt(
                    row.getObject("id", UUID.class),
                    row.getInt("attempts"),
                    row.getBoolean("accepted")))
        .findOne();
  }

  void accept(WorkspaceTx tx, ChannelId channel, MessageId message, Instant now) {
    tx.handle()
        .createUpdate(
            """
            update sandbox_message set accepted_at = :now, updated_at = :now
            where workspace_id = :workspace and channel_id = :channel and message_id = :message
            """)
        .bind("workspace", tx.workspace())
        .bind("channel", channel)
        .bind("message", message)
        .bind("now", now)
        .execute();
  }

  void setStatus(
      WorkspaceTx tx, ChannelId channel, MessageId message, StatusEnum status, Instant now) {
    tx.handle()
        .createUpdate(
            """
            update sandbox_message set status = :status, updated_at = :now
            where workspace_id = :workspace and channel_id = :channel and message_id = :message
            """)
        .bind("workspace", tx.workspace())
        .bind("channel", channel)
        .bind("message", message)
        .bind("status", status.value())
        .bind("now", now)
        .execute();
  }

  Optional<Delivery> find(WorkspaceTx tx, ChannelId channel, MessageId message) {
    return tx.handle()
        .createQuery(
            SELECT
                + """
                where workspace_id = :workspace and channel_id = :channel
                  and message_id = :message and accepted_at is not null
                """)
        .bind("workspace", tx.workspace())
        .bind("channel", channel)
        .bind("message", message)
        .map((row, _) -> read(row))
        .findOne();
  }

  /// Newest first.
  List<Delivery> list(
      WorkspaceTx tx,
      ChannelId channel,
      @Nullable String recipient,
      @Nullable UUID before,
      int limit) {
    return new Where(tx, "workspace_id = :workspace and accepted_at is not null")
        .and("channel_id = :channel", "channel", channel)
        .and("recipient = :recipient", "recipient", recipient)
        .and("id < :before", "before", before)
        .page(SELECT, "order by id desc", limit, SandboxStore::read);
  }

  private static Delivery read(ResultSet row) throws SQLException {
    return new Delivery(
        row.getObject("id", UUID.class),
        new MessageId(row.getObject("message_id", UUID.class)),
        row.getString("recipient"),
        Json.read(row.getString("content"), MessageContent.class),
        StatusEnum.fromString(row.getString("status")),
        row.getObject("created_at", OffsetDateTime.class).toInstant(),
        row.getObject("updated_at", OffsetDateTime.class).toInstant());
  }
}
