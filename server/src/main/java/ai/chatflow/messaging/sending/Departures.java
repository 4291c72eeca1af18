package ai.chatflow.messaging.sending;

import ai.chatflow.api.model.MessageAdaptation;
import ai.chatflow.api.model.MessageContent;
import ai.chatflow.api.model.MessageContext;
import ai.chatflow.channels.OutboundMessage;
import ai.chatflow.content.Fallback;
import ai.chatflow.media.AttachedFiles;
import ai.chatflow.messaging.MessageStore;
import ai.chatflow.messaging.SendQueueStore;
import ai.chatflow.messaging.SendQueueStore.Claim;
import ai.chatflow.platform.db.WorkspaceTx;
import ai.chatflow.platform.ids.ChannelId;
import ai.chatflow.platform.ids.MessageId;
import ai.chatflow.platform.json.Json;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/// SQL of what may leave next: rows of the queue with what is sent, and where to.
final class Departures {
  /// By rows, not by a join of sets: what is planned while the tables are small would read all of
  /// them later. `offset 0` keeps the planner from making one of the other.
  private static final String NEXT =
      """
      with claimed as materialized (
        select message_id, priority, seq, attempts from send_queue
        where workspace_id = :workspace and channel_id = :channel and state = 'queued'
        order by priority, seq limit :limit for update skip locked)
      select q.message_id, q.priority, q.attempts, m.content, m.adapted, m.context, c.address,
        c.group_id, c.window_expires_at
      from claimed q
      left join lateral (
        select content, adapted, context, conversation_id from message
        where workspace_id = :workspace and id = q.message_id offset 0) m on true
      left join lateral (
        select address, group_id, window_expires_at from conversation
        where workspace_id = :workspace and id = m.conversation_id offset 0) c on true
      order by q.priority, q.seq
      """;

  private Departures() {}

  /// A row of the queue, locked.
  ///
  /// @param message null when it is gone, or its conversation is
  /// @param windowExpiresAt null when the person has never written
  record Departure(
      Claim claim, @Nullable OutboundMessage message, @Nullable Instant windowExpiresAt) {}

  /// The next ones, best priority first, with links to the files that they name. Locked, so that
  /// none is cancelled meanwhile.
  static List<Departure> next(WorkspaceTx tx, ChannelId channel, int limit, AttachedFiles files) {
    return tx.handle()
        .createQuery(NEXT)
        .bind("workspace", tx.workspace())
        .bind("channel", channel)
        .bind("limit", limit)
        .map((row, _) -> read(row, content -> files.linked(tx.workspace(), content)))
        .list();
  }

  private static Departure read(ResultSet row, UnaryOperator<MessageContent> linked)
      throws SQLException {
    var claim = SendQueueStore.claim(row);
    var address = row.getString("address");
    return new Departure(
        claim,
        address == null ? null : message(claim.message(), address, row, linked),
        MessageStore.instant(row, "window_expires_at"));
  }

  private static OutboundMessage message(
      MessageId id, String address, ResultSet row, UnaryOperator<MessageContent> linked)
      throws SQLException {
    var context = row.getString("context");
    var content = linked.apply(Json.read(row.getString("content"), MessageContent.class));
    var adapted = row.getString("adapted");
    return new OutboundMessage(
        id,
        address,
        adapted == null
            ? content
            : Fallback.inForm(content, Json.readList(adapted, MessageAdaptation.class)),
        context == null ? null : Json.read(context, MessageContext.class).replyToProviderId(),
        row.getString("group_id"));
  }
}
