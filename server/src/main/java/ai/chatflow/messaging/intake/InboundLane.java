package ai.chatflow.messaging.intake;

import ai.chatflow.contacts.ContactService;
import ai.chatflow.messaging.ConversationStore;
import ai.chatflow.messaging.InboundListener;
import ai.chatflow.messaging.InboundWork;
import ai.chatflow.messaging.MessageStore;
import ai.chatflow.platform.db.Db;
import ai.chatflow.platform.db.SystemTx;
import ai.chatflow.platform.db.WorkspaceTx;
import ai.chatflow.platform.errors.Unavailable;
import ai.chatflow.platform.lanes.DeadLetters;
import ai.chatflow.platform.lanes.LaneKey;
import ai.chatflow.platform.lanes.LaneKind;
import ai.chatflow.platform.lanes.LaneRun;
import ai.chatflow.platform.lanes.LaneStep;
import ai.chatflow.platform.lanes.RetrySchedule;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Gives received messages to the listener: the deletion of the work item, the session, the contact
/// and the replies are one commit per message.
final class InboundLane implements LaneKind {
  private static final Logger log = LoggerFactory.getLogger(InboundLane.class);
  private static final int CLAIM = 20;
  private static final RetrySchedule RETRIES =
      new RetrySchedule(Duration.ofSeconds(1), Duration.ofMinutes(5), 6);

  private final Db db;
  private final InboundQueue queue;
  private final InboundListener listener;
  private final ContactService contacts;
  private final DeadLetters deadLetters;
  private final InstantSource clock;
  private final RandomGenerator random;
  private final MessageStore messages = new MessageStore();
  private final ConversationStore conversations = new ConversationStore();

  InboundLane(
      Db db,
      InboundQueue queue,
      InboundListener listener,
      ContactService contacts,
      DeadLetters deadLetters,
      InstantSource clock,
      RandomGenerator random) {
    this.db = db;
    this.queue = queue;
    this.listener = listener;
    this.contacts = contacts;
    this.deadLetters = deadLetters;
    this.clock = clock;
    this.random = random;
  }

  @Override
  public String name() {
    return InboundQueue.KIND;
  }

  @Override
  public LaneStep work(LaneRun run) {
    var workspace = run.lane().workspace();
    var bucket = InboundQueue.bucket(run.lane());
    var items = db.inTransaction(workspace, tx -> queue.next(tx, bucket, clock.instant(), CLAIM));
    for (var item : items) {
      if (run.stopping()) {
        return LaneStep.IDLE;
      }
      handle(run.lane(), item);
    }
    return items.isEmpty() ? LaneStep.IDLE : LaneStep.MORE;
  }

  private void handle(LaneKey lane, InboundQueue.Item item) {
    try {
      db.useTransaction(lane.workspace(), tx -> deliver(tx, item));
    } catch (Unavailable e) {
      throw e;
    } catch (RuntimeException e) {
      log.warn("A received message could not be handled; it is tried again.", e);
      db.useTransaction(lane.workspace(), tx -> failed(tx, lane, item, e));
    }
  }

  private void deliver(WorkspaceTx tx, InboundQueue.Item item) {
    if (!queue.take(tx, item.message())) {
      return;
    }
    var message = messages.find(tx, item.message());
    var contact = contacts.getAll(tx, List.of(item.contact())).stream().findFirst();
    if (message.isEmpty() || contact.isEmpty()) {
      return;
    }
    conversations
        .find(tx, message.get().conversationId())
        .filter(conversation -> conversation.group() == null)
        .ifPresent(
            conversation ->
                listener.onInbound(
                    tx, new InboundWork(message.get(), conversation, contact.get())));
  }

  private void failed(WorkspaceTx tx, LaneKey lane, InboundQueue.Item item, RuntimeException e) {
    var wait = RETRIES.afterAttempt(item.attempts() + 1, random);
    if (wait.isPresent()) {
      queue.postpone(tx, item.message(), clock.instant().plus(wait.get()));
    } else if (queue.take(tx, item.message())) {
      deadLetters.bury(
          tx,
          lane,
          "{\"message_id\":\"" + item.message() + "\"}",
          String.valueOf(e),
          item.attempts() + 1);
    }
  }

  @Override
  public Optional<Instant> earliestDue(LaneKey lane) {
    return db.inTransaction(
        lane.workspace(), tx -> queue.earliestDue(tx, InboundQueue.bucket(lane)));
  }

  @Override
  public Optional<Instant> oldest(SystemTx tx) {
    return queue.oldest(tx);
  }

  @Override
  public List<LaneKey> overdue(SystemTx tx, Instant now, int limit) {
    return queue.overdue(tx, now, limit);
  }
}
