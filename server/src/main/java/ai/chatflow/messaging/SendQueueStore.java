package ai.chatflow.messaging;

import ai.chatflow.api.model.MessagePriority;
import ai.chatflow.platform.db.SystemTx;
import ai.chatflow.platform.db.WorkspaceTx;
import ai.chatflow.platform.ids.ChannelId;
import ai.chatflow.platform.ids.MessageId;
import ai.chatflow.platform.ids.WorkspaceId;
import ai.chatflow.platform.lanes.LaneKey;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// SQL of what is to be sent: `send_queue` (now) and `scheduled_send` (later).
public final class SendQueueStore {
  /// Kind of the lanes that send; their key is the channel.
  public static final String LANE = "send";

  /// The lane of a channel.
  public static LaneKey lane(WorkspaceId workspace, ChannelId channel) {
    return new LaneKey(LANE, workspace, channel.toString());
  }

  /// A message to send.
  ///
  /// @param dueAt null sends as soon as the channel's rate allows
  public record Entry(
      ChannelId channel, MessageId message, MessagePriority priority, @Nullable Instant dueAt) {}

  /// A claimed row.
  public record Claim(MessageId message, MessagePriority priority, int attempts) {}

  public void enqueue(WorkspaceTx tx, List<Entry> entries) {
    var now = entries.stream().filter(e -> e.dueAt() == null).toList();
    if (!now.isEmpty()) {
      queue(tx, now);
    }
    var later = entries.stream().filter(e -> e.dueAt() != null).toList();
    if (!later.isEmpty()) {
      schedule(tx, later);
    }
  }

  private static void queue(WorkspaceTx tx, List<Entry> now) {
    tx.later(
        """
        insert into send_queue (workspace_id, channel_id, message_id, priority)
        select :workspace, w.channel_id, w.message_id, w.priority
        from unnest(:channels, :messages, :priorities)
          as w (channel_id, message_id, priority)
        """,
        values ->
            values
                .bind("workspace", tx.workspace())
                .bindArray("channels", ChannelId.class, now.stream().map(Entry::channel).toArray())
                .bindArray("messages", MessageId.class, now.stream().map(Entry::message).toArray())
                .bindArray(
                    "priorities",
                    Short.class,
                    now.stream().map(e -> rank(e.priority())).toArray()));
  }

  private static void schedule(WorkspaceTx tx, List<Entry> later) {
    tx.handle()
        .createUpdate(
            """
            insert into scheduled_send (workspace_id, channel_id, message_id, priority, due_at)
            select :workspace, w.channel_id, w.message_id, w.priority, w.due_at
            from unnest(:channels, :messages, :priorities, :dues)
              as w (channel_id, message_id, priority, due_at)
            """)
        .bind("workspace", tx.workspace())
        .bindArray("channels", ChannelId.class, later.stream().map(Entry::channel).toArray())
        .bindArray("messages", MessageId.class, later.stream().map(Entry::message).toArray())
        .bindArray("priorities", Short.class, later.stream().map(e -> rank(e.priority())).toArray())
        .bindArray("dues", Instant.class, later.stream().map(Entry::dueAt).toArray())
        .execute();
  }

  /// Moves what has become due into the queue.
  public void promote(WorkspaceTx tx, ChannelId channel, Instant now, int limit) {
    tx.handle()
        .createUpdate(
            """
            with due as (
              delete from scheduled_send s
              where s.workspace_id = :workspace and s.message_id in (
                select d.message_id from scheduled_send d
                where d.workspace_id = :workspace and d.channel_id = :channel and d.due_at <= :now
                order by d.due_at limit :limit for update skip locked)
              returning s.message_id, s.priority, s.attempts),
            moved as (
              insert into send_queue (workspace_id, channel_id, message_id, priority, attempts)
              select :workspace, :channel, message_id, priority, attempts from due)
            update message m set status = 'queued', updated_at = :now
            from due
            where m.workspace_id = :workspace and m.id = due.message_id and m.status = 'scheduled'
            """)
        .bind("workspace", tx.workspace())
        .bind("channel", channel)
        .bind("now", now)
        .bind("limit", limit)
        .execute();
  }

  /// Reads a row of the queue.
  public static Claim claim(ResultSet row) throws SQLException {
    return new Claim(
        new MessageId(row.getObject("message_id", UUID.class)),
        priority(row.getInt("priority")),
        row.getInt("attempts"));
  }

  public void markSending(WorkspaceTx tx, Collection<MessageId> messages, long epoch) {
    tx.later(
        """
        update send_queue set state = 'sending', epoch = :epoch
        where workspace_id = :workspace and message_id = any(:messages)
        """,
        values ->
            values
                .bind("workspace", tx.workspace())
                .bindArray("messages", MessageId.class, messages.toArray())
                .bind("epoch", epoch));
  }

  /// Rows that were being sent when their owner went away, or whose results we could not write:
  /// their outcome is unknown. Call it before a step sends anything itself.
  public int orphansToUnknown(WorkspaceTx tx, ChannelId channel, long epoch, Instant settleAt) {
    return tx.handle()
        .createUpdate(
            """
            update send_queue set state = 'unknown', settle_at = :settle
            where workspace_id = :workspace and channel_id = :channel and state = 'sending'
              and epoch <= :epoch
            """)
        .bind("workspace", tx.workspace())
        .bind("channel", channel)
        .bind("epoch", epoch)
        .bind("settle", settleAt)
        .execute();
  }

  /// Nobody knows what became of them; only what this owner is sending still is touched.
  public void toUnknown(
      WorkspaceTx tx, Collection<MessageId> messages, long epoch, Instant settleAt) {
    tx.handle()
        .createUpdate(
            """
            update send_queue set state = 'unknown', settle_at = :settle
            where workspace_id = :workspace and message_id = any(:messages) and epoch = :epoch
            """)
        .bind("workspace", tx.workspace())
        .bindArray("messages", MessageId.class, messages.toArray())
        .bind("epoch", epoch)
        .bind("settle", settleAt)
        .execute();
  }

  /// Puts rows back: what surely did not leave, and is this owner's still.
  public void release(WorkspaceTx tx, Collection<MessageId> messages, long epoch) {
    tx.handle()
        .createUpdate(
            """
            update send_queue set state = 'queued', epoch = null, settle_at = null
            where workspace_id = :workspace and message_id = any(:messages) and epoch = :epoch
            """)
        .bind("workspace", tx.workspace())
        .bind("epoch", epoch)
        .bindArray("messages", MessageId.class, messages.toArray())
        .execute();
  }

  /// Unknowns whose time to be settled by an echo is over.
  public List<MessageId> takeUnsettled(WorkspaceTx tx, ChannelId channel, Instant now, int limit) {
    return tx.handle()
        .createQuery(
            """
            delete from send_queue q
            where q.workspace_id = :workspace and q.message_id in (
              select u.message_id from send_queue u
              where u.workspace_id = :workspace and u.channel_id = :channel
                and u.state = 'unknown' and u.settle_at <= :now
              order by u.message_id limit :limit for update skip locked)
            returning q.message_id
            """)
        .bind("workspace", tx.workspace())
        .bind("channel", channel)
        .bind("now", now)
        .bind("limit", limit)
        .mapTo(UUID.class)
        .map(MessageId::new)
        .list();
  }

  /// Their fate is known: neither is there anything to wait for, nor to send again.
  public void settled(WorkspaceTx tx, Collection<MessageId> messages) {
    tx.later(
        """
        with later as (
          delete from scheduled_send
          where workspace_id = :workspace and message_id = any(:messages))
        delete from send_queue
        where workspace_id = :workspace and message_id = any(:messages)
        """,
        values ->
            values
                .bind("workspace", tx.workspace())
                .bindArray("messages", MessageId.class, messages.toArray()));
  }

  /// Takes a row out of either table; false when it is gone or under way.
  public boolean withdraw(WorkspaceTx tx, MessageId message) {
    return tx.handle()
            .createQuery(
                """
                with queued as (
                  delete from send_queue
                  where workspace_id = :workspace and message_id = :message and state = 'queued'
                  returning 1),
                scheduled as (
                  delete from scheduled_send
                  where workspace_id = :workspace and message_id = :message returning 1)
                select (select count(*) from queued) + (select count(*) from scheduled)
                """)
            .bind("workspace", tx.workspace())
            .bind("message", message)
            .mapTo(Long.class)
            .one()
        > 0;
  }

  /// Puts rows off: they leave the queue until their time.
  ///
  /// @param epoch the owner that is sending them; null for those that nobody is sending
  public void postpone(
      WorkspaceTx tx,
      ChannelId channel,
      Map<Claim, Instant> until,
      int moreAttempts,
      @Nullable Long epoch) {
    tx.handle()
        .createUpdate(
            """
            with gone as (
              delete from send_queue q
              using unnest(:messages, :dues) as w (message_id, due_at)
              where q.workspace_id = :workspace and q.message_id = any(:messages)
                and q.message_id = w.message_id
                and q.epoch is not distinct from cast(:epoch as bigint)
              returning q.message_id, q.priority, q.attempts, w.due_at)
            insert into scheduled_send
              (workspace_id, channel_id, message_id, priority, attempts, due_at)
            select :workspace, :channel, message_id, priority, attempts + :more, due_at from gone
            """)
        .bind("workspace", tx.workspace())
        .bind("channel", channel)
        .bindArray(
            "messages", MessageId.class, until.keySet().stream().map(Claim::message).toArray())
        .bindArray("dues", Instant.class, until.values().toArray())
        .bind("more", moreAttempts)
        .bind("epoch", epoch)
        .execute();
  }

  /// When the lane has work: null for at once while something is queued.
  public Optional<Instant> earliestDue(WorkspaceTx tx, ChannelId channel) {
    return tx.handle()
        .createQuery(
            """
            select min(due) from (
              (select '-infinity'::timestamptz as due from send_queue
               where workspace_id = :workspace and channel_id = :channel and state = 'queued'
               limit 1)
              union all
              (select min(settle_at) from send_queue
               where workspace_id = :workspace and channel_id = :channel and state = 'unknown')
              union all
              (select due_at from scheduled_send
               where workspace_id = :workspace and channel_id = :channel
               order by due_at limit 1)
              union all
              (select '-infinity'::timestamptz from receipt_queue
               where workspace_id = :workspace and channel_id = :channel limit 1)) as d
            """)
        .bind("workspace", tx.workspace())
        .bind("channel", channel)
        .map((row, _) -> Optional.ofNullable(instantOrMin(row.getString(1), row)))
        .one();
  }

  /// When the next unknown is to be concluded.
  public Optional<Instant> earliestSettle(WorkspaceTx tx, ChannelId channel) {
    return tx.handle()
        .createQuery(
            """
            select min(settle_at) from send_queue
            where workspace_id = :workspace and channel_id = :channel and state = 'unknown'
            """)
        .bind("workspace", tx.workspace())
        .bind("channel", channel)
        .map((row, _) -> Optional.ofNullable(MessageStore.instant(row, "min")))
        .one();
  }

  /// Since when the message that waits longest has been waiting.
  public Optional<Instant> oldest(SystemTx tx) {
    return tx.handle()
        .createQuery("select min(queued_at) from send_queue where state = 'queued'")
        .mapTo(Instant.class)
        .findOne();
  }

  /// Channels with something due, for the sweep.
  public List<LaneKey> overdue(SystemTx tx, Instant now, int limit) {
    return tx.handle()
        .createQuery(
            """
            select workspace_id, channel_id from (
              select workspace_id, channel_id from send_queue
              where state = 'queued' or (state = 'unknown' and settle_at <= :now)
                or state = 'sending'
              union
              select workspace_id, channel_id from scheduled_send where due_at <= :now
              union
              select workspace_id, channel_id from receipt_queue) as o
            limit :limit
            """)
        .bind("now", now)
        .bind("limit", limit)
        .map(
            (row, _) ->
                lane(
                    new WorkspaceId(row.getObject("workspace_id", UUID.class)),
                    new ChannelId(row.getObject("channel_id", UUID.class))))
        .list();
  }

  private static @Nullable Instant instantOrMin(@Nullable String text, ResultSet row)
      throws SQLException {
    if (text == null) {
      return null;
    }
    return text.equals("-infinity") ? Instant.EPOCH : row.getTimestamp(1).toInstant();
  }

  private static short rank(MessagePriority priority) {
    return (short)
        switch (priority) {
          case CONVERSATION -> 0;
          case TRANSACTIONAL -> 1;
          case CAMPAIGN -> 2;
        };
  }

  private static MessagePriority priority(int rank) {
    return switch (rank) {
      case 0 -> MessagePriority.CONVERSATION;
      case 1 -> MessagePriority.TRANSACTIONAL;
      default -> MessagePriority.CAMPAIGN;
    };
  }
}
