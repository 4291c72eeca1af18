package ai.chatflow.channels.sandbox;

import ai.chatflow.api.model.SandboxMessage.StatusEnum;
import ai.chatflow.platform.db.SystemTx;
import ai.chatflow.platform.db.WorkspaceTx;
import ai.chatflow.platform.ids.ChannelId;
import ai.chatflow.platform.ids.MessageId;
import ai.chatflow.platform.ids.WorkspaceId;
import ai.chatflow.platform.lanes.LaneKey;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/// SQL of the receipts that the simulated provider still has to send.
final class ReceiptStore {
  /// A receipt to be sent; `id` is the message's id at the simulated provider.
  record Receipt(MessageId messageId, StatusEnum status, UUID id) {}

  void queue(WorkspaceTx tx, ChannelId channel, MessageId message, StatusEnum status, Instant due) {
    tx.handle()
        .createUpdate(
            """
            insert into sandbox_receipt (workspace_id, channel_id, message_id, status, due_at)
            values (:workspace, :channel, :message, :status, :due)
            on conflict do nothing
            """)
        .bind("workspace", tx.workspace())
        .bind("channel", channel)
        .bind("message", message)
        .bind("status", status.value())
        .bind("due", due)
        .execute();
  }

  List<Receipt> due(WorkspaceTx tx, ChannelId channel, Instant now, int limit) {
    return tx.handle()
        .createQuery(
            """
            select r.message_id, r.status, m.id
            from sandbox_receipt r
            join sandbox_message m on m.workspace_id = r.workspace_id
              and m.channel_id = r.channel_id and m.message_id = r.message_id
            where r.workspace_id = :workspace and r.channel_id = :channel and r.due_at <= :now
            order by r.due_at, r.message_id limit :limit
            """)
        .bind("workspace", tx.workspace())
        .bind("channel", channel)
        .bind("now", now)
        .bind("limit", limit)
        .map(
            (row, _) ->
                new Receipt(
                    new MessageId(row.getObject("message_id", UUID.class)),
                    StatusEnum.fromString(row.getString("status")),
                    row.getObject("id", UUID.class)))
        .list();
  }

  /// Removes a receipt that was sent, and shows it on the message unless that has got further.
  void sent(WorkspaceTx tx, ChannelId channel, Receipt receipt, Instant now) {
    tx.handle()
        .createUpdate(
            """
            with sent as (
              delete from sandbox_receipt
              where workspace_id = :workspace and channel_id = :channel
                and message_id = :message and status = :status
              returning message_id)
            update sandbox_message m set status = :status, updated_at = :now
            from sent
            where m.workspace_id = :workspace and m.channel_id = :channel
              and m.message_id = sent.message_id and m.status = 'sent'
            """)
        .bind("workspace", tx.workspace())
        .bind("channel", channel)
        .bind("message", receipt.messageId())
        .bind("status", receipt.status().value())
        .bind("now", now)
        .execute();
  }

  Optional<Instant> earliest(WorkspaceTx tx, ChannelId channel) {
    return tx.handle()
        .createQuery(
            """
            select due_at from sandbox_receipt
            where workspace_id = :workspace and channel_id = :channel
            order by due_at limit 1
            """)
        .bind("workspace", tx.workspace())
        .bind("channel", channel)
        .mapTo(Instant.class)
        .findOne();
  }

  List<LaneKey> overdue(SystemTx tx, Instant now, int limit) {
    return tx.handle()
        .createQuery(
            """
            select distinct workspace_id, channel_id from sandbox_receipt
            where due_at <= :now limit :limit
            """)
        .bind("now", now)
        .bind("limit", limit)
        .map(
            (row, _) ->
                SandboxReceipts.lane(
                    new WorkspaceId(row.getObject("workspace_id", UUID.class)),
                    new ChannelId(row.getObject("channel_id", UUID.class))))
        .list();
  }
}
