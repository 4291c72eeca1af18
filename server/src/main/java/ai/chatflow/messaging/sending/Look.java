package ai.chatflow.messaging.sending;

import ai.chatflow.platform.db.WorkspaceTx;
import ai.chatflow.platform.ids.ChannelId;
import java.time.Instant;

/// What there is to do on a channel, seen by one statement: most of the time, nothing of it.
///
/// @param orphans rows of an owner before
/// @param unsettled unknowns whose time is over
/// @param due rows of `scheduled_send` whose time has come
/// @param receipts some wait to be shown
record Look(boolean orphans, boolean unsettled, boolean due, boolean receipts) {

  static Look at(WorkspaceTx tx, ChannelId channel, Instant now, long epoch) {
    return tx.handle()
        .createQuery(
            """
            select
              exists (select from send_queue
                where workspace_id = :workspace and channel_id = :channel and state = 'sending'
                  and epoch <= :epoch) as orphans,
              exists (select from send_queue
                where workspace_id = :workspace and channel_id = :channel and state = 'unknown'
                  and settle_at <= :now) as unsettled,
              exists (select from scheduled_send
                where workspace_id = :workspace and channel_id = :channel
                  and due_at <= :now) as due,
              exists (select from receipt_queue
                where workspace_id = :workspace and channel_id = :channel) as receipts
            """)
        .bind("workspace", tx.workspace())
        .bind("channel", channel)
        .bind("now", now)
        .bind("epoch", epoch)
        .map(
            (row, _) ->
                new Look(
                    row.getBoolean("orphans"),
                    row.getBoolean("unsettled"),
                    row.getBoolean("due"),
                    row.getBoolean("receipts")))
        .one();
  }
}
