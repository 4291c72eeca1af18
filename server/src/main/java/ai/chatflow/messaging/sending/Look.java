package ai.chatflow.messaging.sending;

import ai.chatflow.platform.db.WorkspaceTx;
import ai.chatflow.platform.ids.ChannelId;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;

/// What there is to do on a channel, seen by one statement: most of the time, nothing of it. It
/// travels with the next statement of its transaction, and is empty before.
final class Look {
  private boolean orphans;
  private boolean unsettled;
  private boolean due;
  private boolean receipts;

  private Look() {}

  static Look at(WorkspaceTx tx, ChannelId channel, Instant now, long epoch) {
    var look = new Look();
    tx.later(
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
        """,
        values ->
            values
                .bind("workspace", tx.workspace())
                .bind("channel", channel)
                .bind("now", now)
                .bind("epoch", epoch),
        look::read);
    return look;
  }

  private void read(ResultSet row) throws SQLException {
    row.next();
    orphans = row.getBoolean("orphans");
    unsettled = row.getBoolean("unsettled");
    due = row.getBoolean("due");
    receipts = row.getBoolean("receipts");
  }

  /// Rows of an owner before.
  boolean orphans() {
    return orphans;
  }

  /// Unknowns whose time is over.
  boolean unsettled() {
    return unsettled;
  }

  /// Rows of `scheduled_send` whose time has come.
  boolean due() {
    return due;
  }

  /// Some wait to be shown.
  boolean receipts() {
    return receipts;
  }
}
