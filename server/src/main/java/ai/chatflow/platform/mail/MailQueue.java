package ai.chatflow.platform.mail;

import ai.chatflow.platform.db.Rows;
import ai.chatflow.platform.db.SystemTx;
import ai.chatflow.platform.db.WorkspaceTx;
import ai.chatflow.platform.ids.IdGenerator;
import ai.chatflow.platform.ids.WorkspaceId;
import ai.chatflow.platform.lanes.LaneKey;
import ai.chatflow.platform.lanes.Lanes;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/// Mails that are to be sent. Queueing is part of the caller's transaction.
public final class MailQueue {
  static final String KIND = "mail";

  private final Lanes lanes;
  private final IdGenerator ids;
  private final InstantSource clock;

  public MailQueue(Lanes lanes, IdGenerator ids, InstantSource clock) {
    this.lanes = lanes;
    this.ids = ids;
    this.clock = clock;
  }

  /// A row.
  record Queued(Mail mail, int attempts) {}

  /// Queues one mail to each of them.
  public void send(WorkspaceTx tx, List<String> recipients, String subject, String text) {
    if (recipients.isEmpty()) {
      return;
    }
    var now = clock.instant();
    var mails =
        recipients.stream().map(to -> new Mail(ids.next(), to, subject, text, now)).toList();
    tx.handle()
        .createUpdate(
            """
            insert into mail (workspace_id, id, recipient, subject, body, due_at, created_at)
            select :workspace, n.id, n.recipient, n.subject, n.body, :now, :now
            from unnest(:ids, :recipients, :subjects, :bodies) as n (id, recipient, subject, body)
            """)
        .bind("workspace", tx.workspace())
        .bindArray("ids", UUID.class, mails.stream().map(Mail::id).toArray())
        .bindArray("recipients", String.class, mails.stream().map(Mail::recipient).toArray())
        .bindArray("subjects", String.class, mails.stream().map(Mail::subject).toArray())
        .bindArray("bodies", String.class, mails.stream().map(Mail::text).toArray())
        .bind("now", now)
        .execute();
    lanes.wake(tx, new LaneKey(KIND, tx.workspace(), ""), now);
  }

  List<Queued> due(WorkspaceTx tx, int limit) {
    return tx.handle()
        .createQuery(
            """
            select id, recipient, subject, body, attempts, created_at from mail
            where workspace_id = :workspace and due_at <= :now
            order by due_at, id limit :limit
            """)
        .bind("workspace", tx.workspace())
        .bind("now", clock.instant())
        .bind("limit", limit)
        .map(
            (row, _) ->
                new Queued(
                    new Mail(
                        row.getObject("id", UUID.class),
                        row.getString("recipient"),
                        row.getString("subject"),
                        row.getString("body"),
                        Rows.instant(row, "created_at")),
                    row.getInt("attempts")))
        .list();
  }

  /// Whether it was still there.
  boolean take(WorkspaceTx tx, UUID id) {
    return tx.handle()
            .createUpdate("delete from mail where workspace_id = :workspace and id = :id")
            .bind("workspace", tx.workspace())
            .bind("id", id)
            .execute()
        > 0;
  }

  void postpone(WorkspaceTx tx, UUID id, Instant due, String reason) {
    tx.handle()
        .createUpdate(
            """
            update mail set attempts = attempts + 1, due_at = :due, last_error = :reason
            where workspace_id = :workspace and id = :id
            """)
        .bind("workspace", tx.workspace())
        .bind("id", id)
        .bind("due", due)
        .bind("reason", reason)
        .execute();
  }

  Optional<Instant> earliestDue(WorkspaceTx tx) {
    return tx.handle()
        .createQuery("select min(due_at) from mail where workspace_id = :workspace")
        .bind("workspace", tx.workspace())
        .mapTo(Instant.class)
        .findOne();
  }

  Optional<Instant> oldest(SystemTx tx) {
    return tx.handle().createQuery("select min(due_at) from mail").mapTo(Instant.class).findOne();
  }

  List<LaneKey> overdue(SystemTx tx, Instant now, int limit) {
    return tx.handle()
        .createQuery("select distinct workspace_id from mail where due_at <= :now limit :limit")
        .bind("now", now)
        .bind("limit", limit)
        .map(
            (row, _) ->
                new LaneKey(KIND, new WorkspaceId(row.getObject("workspace_id", UUID.class)), ""))
        .list();
  }
}
