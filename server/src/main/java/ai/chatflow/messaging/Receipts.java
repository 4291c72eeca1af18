package ai.chatflow.messaging;

import ai.chatflow.channels.Channel;
import ai.chatflow.channels.ChannelService;
import ai.chatflow.platform.db.Db;
import ai.chatflow.platform.db.WorkspaceTx;
import ai.chatflow.platform.ids.ChannelId;
import ai.chatflow.platform.ids.MessageId;
import java.util.List;

/// Read receipts on their way to the provider. Best effort: a row is taken before the call, because
/// a receipt that is shown twice or never does no harm.
public final class Receipts {
  private static final int CLAIM = 5;

  private final Db db;
  private final ChannelService channels;

  public Receipts(Db db, ChannelService channels) {
    this.db = db;
    this.channels = channels;
  }

  private record Receipt(String providerId, boolean typing) {}

  public void enqueue(
      WorkspaceTx tx, ChannelId channel, MessageId message, String providerId, boolean typing) {
    tx.handle()
        .createUpdate(
            """
            insert into receipt_queue (workspace_id, channel_id, message_id, provider_id, typing)
            values (:workspace, :channel, :message, :providerId, :typing)
            on conflict (workspace_id, message_id) do update set typing = excluded.typing
            """)
        .bind("workspace", tx.workspace())
        .bind("channel", channel)
        .bind("message", message)
        .bind("providerId", providerId)
        .bind("typing", typing)
        .execute();
  }

  /// Shows the oldest receipts of a channel; returns how many.
  public int show(Channel channel) {
    var oldest = db.inTransaction(channel.workspace(), tx -> take(tx, channel.id()));
    for (var receipt : oldest) {
      channels.adapter(channel.type()).markRead(channel, receipt.providerId(), receipt.typing());
    }
    return oldest.size();
  }

  /// The channel is gone, and with it whom to show them.
  public void forget(WorkspaceTx tx, ChannelId channel) {
    tx.handle()
        .createUpdate(
            "delete from receipt_queue where workspace_id = :workspace and channel_id = :channel")
        .bind("workspace", tx.workspace())
        .bind("channel", channel)
        .execute();
  }

  private static List<Receipt> take(WorkspaceTx tx, ChannelId channel) {
    return tx.handle()
        .createQuery(
            """
            delete from receipt_queue
            where workspace_id = :workspace and message_id in (
              select message_id from receipt_queue
              where workspace_id = :workspace and channel_id = :channel
              order by created_at limit :limit for update skip locked)
            returning provider_id, typing
            """)
        .bind("workspace", tx.workspace())
        .bind("channel", channel)
        .bind("limit", CLAIM)
        .map((row, _) -> new Receipt(row.getString("provider_id"), row.getBoolean("typing")))
        .list();
  }
}
