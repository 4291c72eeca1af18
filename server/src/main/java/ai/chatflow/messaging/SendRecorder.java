package ai.chatflow.messaging;

import ai.chatflow.api.model.Message;
import ai.chatflow.api.model.MessageError;
import ai.chatflow.api.model.MessageErrorCode;
import ai.chatflow.api.model.MessagePriority;
import ai.chatflow.api.model.MessageStatus;
import ai.chatflow.channels.Channel;
import ai.chatflow.channels.ChannelService;
import ai.chatflow.channels.SendOutcome;
import ai.chatflow.messaging.SendQueueStore.Claim;
import ai.chatflow.platform.db.WorkspaceTx;
import ai.chatflow.platform.ids.MessageId;
import ai.chatflow.platform.lanes.RetrySchedule;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// Writes what became of a batch of sends, in one transaction. Repeating it changes nothing.
public final class SendRecorder {
  /// How long an unknown outcome waits for the provider's echo of our id.
  public static final Duration GRACE = Duration.ofSeconds(60);

  private static final RetrySchedule RETRIES =
      new RetrySchedule(Duration.ofSeconds(2), Duration.ofMinutes(10), 8);
  private static final RetrySchedule NOT_SENT =
      new RetrySchedule(Duration.ofMillis(500), Duration.ofMinutes(1), 60);
  private static final Duration PAIR_WAIT = Duration.ofSeconds(8);

  private final ChannelService channels;
  private final StatusIntake statuses;
  private final MessageEvents events;
  private final InstantSource clock;
  private final RandomGenerator random;
  private final SendQueueStore queue = new SendQueueStore();
  private final MessageStore messages = new MessageStore();

  public SendRecorder(
      ChannelService channels,
      StatusIntake statuses,
      MessageEvents events,
      InstantSource clock,
      RandomGenerator random) {
    this.channels = channels;
    this.statuses = statuses;
    this.events = events;
    this.clock = clock;
    this.random = random;
  }

  /// What became of one claimed message.
  public record Result(Claim claim, SendOutcome outcome) {}

  /// @param epoch of the owner that sent them; what another owner has taken over since is left
  ///   alone
  public void record(WorkspaceTx tx, Channel channel, List<Result> results, long epoch) {
    var now = clock.instant();
    var accepted = new ArrayList<StatusIntake.Report>();
    var failed = new LinkedHashMap<MessageId, MessageError>();
    var again = new LinkedHashMap<Claim, Instant>();
    var later = new LinkedHashMap<Claim, Instant>();
    var back = new ArrayList<MessageId>();
    var unknown = new ArrayList<MessageId>();
    for (var result : results) {
      var claim = result.claim();
      switch (result.outcome()) {
        case SendOutcome.Accepted a -> accepted.add(sent(channel, claim, a, now));
        case SendOutcome.Failed f -> failed.put(claim.message(), f.error());
        case SendOutcome.Retry r -> retry(claim, r.error(), r.after(), RETRIES, again, failed);
        case SendOutcome.NotSent n ->
            retry(claim, unreachable(n.detail()), null, NOT_SENT, again, failed);
        case SendOutcome.Throttled t when t.pairOnly() ->
            later.put(claim, now.plus(Objects.requireNonNullElse(t.after(), PAIR_WAIT)));
        case SendOutcome.Throttled _ -> back.add(claim.message());
        case SendOutcome.ChannelDown d -> {
          back.add(claim.message());
          channels.stop(tx, channel.id(), d.error());
        }
        case SendOutcome.Unknown _ -> unknown.add(claim.message());
      }
    }
    statuses.sent(tx, accepted, now);
    failed.forEach((id, error) -> conclude(tx, List.of(id), MessageStatus.FAILED, error));
    postpone(tx, channel, again, 1, epoch);
    postpone(tx, channel, later, 0, epoch);
    if (!back.isEmpty()) {
      queue.release(tx, back, epoch);
    }
    if (!unknown.isEmpty()) {
      queue.toUnknown(tx, unknown, epoch, unknownUntil(channel, now));
    }
  }

  private static StatusIntake.Report sent(
      Channel channel, Claim claim, SendOutcome.Accepted accepted, Instant now) {
    return new StatusIntake.Report(
        new ProviderRefStore.Key(channel.id(), accepted.providerId()),
        claim.message(),
        Evidence.of(MessageStatus.SENT, now, null, null, accepted.providerId()));
  }

  private void retry(
      Claim claim,
      MessageError error,
      @Nullable Duration after,
      RetrySchedule schedule,
      Map<Claim, Instant> again,
      Map<MessageId, MessageError> failed) {
    var wait = schedule.afterAttempt(claim.attempts() + 1, random);
    if (wait.isEmpty()) {
      failed.put(claim.message(), error);
    } else {
      var asked = Objects.requireNonNullElse(after, Duration.ZERO);
      again.put(claim, clock.instant().plus(asked.compareTo(wait.get()) > 0 ? asked : wait.get()));
    }
  }

  private void postpone(
      WorkspaceTx tx, Channel channel, Map<Claim, Instant> until, int attempts, long epoch) {
    if (!until.isEmpty()) {
      queue.postpone(tx, channel.id(), until, attempts, epoch);
    }
  }

  private Instant unknownUntil(Channel channel, Instant now) {
    return channels.adapter(channel.type()).deduplicates() ? now : now.plus(GRACE);
  }

  private static MessageError unreachable(String detail) {
    return new MessageError(MessageErrorCode.PROVIDER_UNAVAILABLE, detail, null, true);
  }

  /// Gives messages a final status of our own making, and takes them off the queue.
  public void conclude(
      WorkspaceTx tx,
      Collection<MessageId> ids,
      MessageStatus status,
      @Nullable MessageError error) {
    if (ids.isEmpty()) {
      return;
    }
    var now = clock.instant();
    var evidence = Evidence.of(status, now, error, null, null);
    var changed = new ArrayList<Message>();
    for (var message : messages.lock(tx, ids)) {
      if (StatusLadder.climbs(message.status(), status)) {
        changed.add(Evidence.of(message).join(evidence).on(message));
      }
    }
    queue.settled(tx, ids);
    events.reached(tx, messages.updateStatuses(tx, changed, now));
  }

  /// Queues messages again whose provider drops a second send of the same id.
  public void again(WorkspaceTx tx, Channel channel, Collection<MessageId> ids) {
    queue.enqueue(
        tx,
        messages.lock(tx, ids).stream()
            .filter(m -> m.status() == MessageStatus.QUEUED)
            .map(m -> new SendQueueStore.Entry(channel.id(), m.id(), priority(m), null))
            .toList());
  }

  public static MessagePriority priority(Message message) {
    return Objects.requireNonNullElse(message.priority(), MessagePriority.CONVERSATION);
  }
}
