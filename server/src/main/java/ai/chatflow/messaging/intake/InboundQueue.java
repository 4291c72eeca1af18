package ai.chatflow.messaging.intake;

import ai.chatflow.messaging.InboundListener;
import ai.chatflow.messaging.InboundListener.Candidate;
import ai.chatflow.messaging.MessageStore;
import ai.chatflow.platform.db.SystemTx;
import ai.chatflow.platform.db.WorkspaceTx;
import ai.chatflow.platform.ids.ContactId;
import ai.chatflow.platform.ids.MessageId;
import ai.chatflow.platform.ids.WorkspaceId;
import ai.chatflow.platform.lanes.LaneKey;
import ai.chatflow.platform.lanes.Lanes;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/// SQL of received messages that wait for the listener. A lane is a hash bucket of contacts, so the
/// messages of one contact stay in order.
final class InboundQueue {
  static final String KIND = "inbound";
  private static final int BUCKETS = 16;

  private final Lanes lanes;
  private final InboundListener listener;
  private final InstantSource clock;

  InboundQueue(Lanes lanes, InboundListener listener, InstantSource clock) {
    this.lanes = lanes;
    this.listener = listener;
    this.clock = clock;
  }

  /// A row of the queue.
  record Item(MessageId message, ContactId contact, int attempts) {}

  private static int bucketOf(ContactId contact) {
    return Math.floorMod(contact.value().hashCode(), BUCKETS);
  }

  /// Queues what the listener wants, and what follows such a message of the same contact: that one
  /// may change what is wanted. Whether such a message still waits is asked before what the
  /// listener wants, because it is taken in the transaction that changes the answer.
  void offer(WorkspaceTx tx, List<Candidate> candidates) {
    if (candidates.isEmpty()) {
      return;
    }
    var following = waiting(tx, candidates);
    var wanted = listener.wanted(tx, candidates);
    tx.send();
    var entries = new ArrayList<Candidate>();
    for (var candidate : candidates) {
      if (wanted.contains(candidate.message()) || following.contains(candidate.contact())) {
        following.add(candidate.contact());
        entries.add(candidate);
      }
    }
    if (!entries.isEmpty()) {
      enqueue(tx, entries);
    }
  }

  private static Set<ContactId> waiting(WorkspaceTx tx, List<Candidate> candidates) {
    var waiting = new HashSet<ContactId>();
    tx.later(
        """
        select distinct contact_id from inbound_queue
        where workspace_id = :workspace and contact_id = any(:contacts)
        """,
        values ->
            values
                .bind("workspace", tx.workspace())
                .bindArray(
                    "contacts",
                    ContactId.class,
                    candidates.stream().map(Candidate::contact).toArray()),
        WorkspaceTx.into(waiting, row -> new ContactId(row.getObject("contact_id", UUID.class))));
    return waiting;
  }

  private void enqueue(WorkspaceTx tx, List<Candidate> entries) {
    var buckets = entries.stream().map(e -> bucketOf(e.contact())).toList();
    var now = clock.instant();
    tx.handle()
        .createUpdate(
            """
            insert into inbound_queue (workspace_id, bucket, message_id, contact_id, due_at)
            select :workspace, n.bucket, n.message, n.contact, :now
            from unnest(:buckets, :messages, :contacts)
              with ordinality as n (bucket, message, contact, turn)
            order by n.turn
            """)
        .bind("workspace", tx.workspace())
        .bindArray("buckets", Integer.class, buckets.toArray())
        .bindArray("messages", MessageId.class, entries.stream().map(Candidate::message).toArray())
        .bindArray("contacts", ContactId.class, entries.stream().map(Candidate::contact).toArray())
        .bind("now", now)
        .execute();
    buckets.stream().distinct().forEach(bucket -> lanes.wake(tx, key(tx.workspace(), bucket), now));
  }

  /// The oldest items that are due. A contact whose oldest item waits for another try holds back
  /// its own later items and nobody else's.
  List<Item> next(WorkspaceTx tx, int bucket, Instant now, int limit) {
    return tx.handle()
        .createQuery(
            """
            select q.message_id, q.contact_id, q.attempts from inbound_queue q
            where q.workspace_id = :workspace and q.bucket = :bucket and q.due_at <= :now
              and not exists (
                select 1 from inbound_queue e
                where e.workspace_id = :workspace and e.bucket = :bucket
                  and e.contact_id = q.contact_id and e.seq < q.seq and e.due_at > :now)
            order by q.seq limit :limit
            """)
        .bind("workspace", tx.workspace())
        .bind("bucket", bucket)
        .bind("now", now)
        .bind("limit", limit)
        .map(
            (row, _) ->
                new Item(
                    new MessageId(row.getObject("message_id", UUID.class)),
                    new ContactId(row.getObject("contact_id", UUID.class)),
                    row.getInt("attempts")))
        .list();
  }

  /// Takes an item in the transaction of its effect; false when somebody else did.
  boolean take(WorkspaceTx tx, MessageId message) {
    return tx.handle()
            .createUpdate(
                """
                delete from inbound_queue
                where workspace_id = :workspace and message_id = :message
                """)
            .bind("workspace", tx.workspace())
            .bind("message", message)
            .execute()
        == 1;
  }

  void postpone(WorkspaceTx tx, MessageId message, Instant until) {
    tx.handle()
        .createUpdate(
            """
            update inbound_queue set attempts = attempts + 1, due_at = :until
            where workspace_id = :workspace and message_id = :message
            """)
        .bind("workspace", tx.workspace())
        .bind("message", message)
        .bind("until", until)
        .execute();
  }

  Optional<Instant> earliestDue(WorkspaceTx tx, int bucket) {
    return tx.handle()
        .createQuery(
            """
            select min(due_at) from inbound_queue
            where workspace_id = :workspace and bucket = :bucket
            """)
        .bind("workspace", tx.workspace())
        .bind("bucket", bucket)
        .map((row, _) -> Optional.ofNullable(MessageStore.instant(row, "min")))
        .one();
  }

  Optional<Instant> oldest(SystemTx tx) {
    return tx.handle()
        .createQuery("select min(due_at) from inbound_queue")
        .mapTo(Instant.class)
        .findOne();
  }

  List<LaneKey> overdue(SystemTx tx, Instant now, int limit) {
    return tx.handle()
        .createQuery(
            """
            select distinct workspace_id, bucket from inbound_queue where due_at <= :now
            limit :limit
            """)
        .bind("now", now)
        .bind("limit", limit)
        .map(
            (row, _) ->
                key(
                    new WorkspaceId(row.getObject("workspace_id", UUID.class)),
                    row.getInt("bucket")))
        .list();
  }

  static int bucket(LaneKey lane) {
    return Integer.parseInt(lane.key());
  }

  private static LaneKey key(WorkspaceId workspace, int bucket) {
    return new LaneKey(KIND, workspace, String.valueOf(bucket));
  }
}
