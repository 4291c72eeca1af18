package ai.chatflow.platform.mail;

import ai.chatflow.platform.Platform;
import ai.chatflow.platform.db.Db;
import ai.chatflow.platform.db.SystemTx;
import ai.chatflow.platform.db.WorkspaceTx;
import ai.chatflow.platform.json.Json;
import ai.chatflow.platform.lanes.DeadLetters;
import ai.chatflow.platform.lanes.LaneKey;
import ai.chatflow.platform.lanes.LaneKind;
import ai.chatflow.platform.lanes.LaneRun;
import ai.chatflow.platform.lanes.LaneStep;
import ai.chatflow.platform.lanes.Lanes;
import ai.chatflow.platform.lanes.RetrySchedule;
import ai.chatflow.platform.mail.MailQueue.Queued;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Sends the mails of a workspace, one after the other, on a thread of its own. A node that dies
/// after a mail was handed over and before that is written sends it again, with the same
/// Message-ID.
public final class MailLane implements LaneKind, AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(MailLane.class);
  private static final int CLAIM = 10;
  private static final RetrySchedule RETRIES =
      new RetrySchedule(Duration.ofMinutes(1), Duration.ofHours(4), 16);

  private final Db db;
  private final Lanes lanes;
  private final InstantSource clock;
  private final RandomGenerator random;
  private final DeadLetters deadLetters;
  private final MailQueue queue;
  private final Mailer mailer;
  private final ExecutorService threads;
  private final Set<LaneKey> busy = ConcurrentHashMap.newKeySet();

  private MailLane(Platform platform, MailQueue queue, Mailer mailer, ExecutorService threads) {
    this.db = platform.db();
    this.lanes = platform.lanes();
    this.clock = platform.clock();
    this.random = platform.random();
    this.deadLetters = platform.deadLetters();
    this.queue = queue;
    this.mailer = mailer;
    this.threads = threads;
  }

  /// Registers the lane.
  ///
  /// @param threads send; closed with the lane
  public static MailLane wire(
      Platform platform, MailQueue queue, Mailer mailer, ExecutorService threads) {
    var lane = new MailLane(platform, queue, mailer, threads);
    platform.lanes().register(lane);
    return lane;
  }

  @Override
  public String name() {
    return MailQueue.KIND;
  }

  @Override
  public LaneStep work(LaneRun run) {
    var lane = run.lane();
    if (!busy.add(lane)) {
      return LaneStep.IDLE;
    }
    boolean sending = false;
    try {
      var due = db.inTransaction(lane.workspace(), tx -> queue.due(tx, CLAIM));
      if (!due.isEmpty()) {
        threads.execute(() -> send(lane, due));
        sending = true;
      }
      return LaneStep.IDLE;
    } finally {
      if (!sending) {
        busy.remove(lane);
      }
    }
  }

  /// What cannot be written down stays due, and is sent again.
  private void send(LaneKey lane, List<Queued> due) {
    try {
      for (var queued : due) {
        if (threads.isShutdown()) {
          return;
        }
        var outcome = mailer.send(queued.mail());
        db.useTransaction(lane.workspace(), tx -> record(tx, lane, queued, outcome));
      }
    } catch (RuntimeException e) {
      log.error("Mails could not be sent or recorded; they are sent again.", e);
    } finally {
      busy.remove(lane);
      wake(lane);
    }
  }

  private void wake(LaneKey lane) {
    try {
      db.useTransaction(
          lane.workspace(),
          tx -> queue.earliestDue(tx).ifPresent(due -> lanes.wake(tx, lane, due)));
    } catch (RuntimeException e) {
      log.warn("The lane of mails could not be woken; the sweep will.", e);
    }
  }

  private void record(WorkspaceTx tx, LaneKey lane, Queued queued, Mailer.Outcome outcome) {
    switch (outcome) {
      case Mailer.Outcome.Sent _ -> queue.take(tx, queued.mail().id());
      case Mailer.Outcome.Refused refused -> bury(tx, lane, queued, refused.reason());
      case Mailer.Outcome.Failed failed -> {
        var wait = RETRIES.afterAttempt(queued.attempts() + 1, random);
        if (wait.isEmpty()) {
          bury(tx, lane, queued, failed.reason());
        } else {
          queue.postpone(tx, queued.mail().id(), clock.instant().plus(wait.get()), failed.reason());
        }
      }
    }
  }

  private void bury(WorkspaceTx tx, LaneKey lane, Queued queued, String reason) {
    var mail = queued.mail();
    if (queue.take(tx, mail.id())) {
      var item =
          Json.write(
              Map.of(
                  "id",
                  mail.id().toString(),
                  "recipient",
                  mail.recipient(),
                  "subject",
                  mail.subject(),
                  "text",
                  mail.text()));
      deadLetters.bury(tx, lane, item, reason, queued.attempts() + 1);
    }
  }

  @Override
  public Optional<Instant> earliestDue(LaneKey lane) {
    return busy.contains(lane)
        ? Optional.empty()
        : db.inTransaction(lane.workspace(), queue::earliestDue);
  }

  @Override
  public Optional<Instant> oldest(SystemTx tx) {
    return queue.oldest(tx);
  }

  @Override
  public List<LaneKey> overdue(SystemTx tx, Instant now, int limit) {
    return queue.overdue(tx, now, limit);
  }

  @Override
  public void close() {
    threads.shutdownNow();
  }
}
