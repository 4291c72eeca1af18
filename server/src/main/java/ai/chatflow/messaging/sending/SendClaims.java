package ai.chatflow.messaging.sending;

import ai.chatflow.api.model.MessageErrorCode;
import ai.chatflow.api.model.MessageStatus;
import ai.chatflow.api.model.TemplateContent;
import ai.chatflow.channels.Channel;
import ai.chatflow.channels.ChannelService;
import ai.chatflow.channels.OutboundMessage;
import ai.chatflow.media.AttachedFiles;
import ai.chatflow.messaging.SendQueueStore;
import ai.chatflow.messaging.SendRecorder;
import ai.chatflow.messaging.sending.Departures.Departure;
import ai.chatflow.platform.db.WorkspaceTx;
import ai.chatflow.platform.ids.ChannelId;
import ai.chatflow.platform.ids.MessageId;
import ai.chatflow.platform.time.Monotonic;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Decides what a channel sends next: unknowns are settled, what became due is moved up, the window
/// is checked once more, a person's pace is kept.
final class SendClaims {
  private static final Instant FAR = Instant.parse("9999-01-01T00:00:00Z");
  private static final int PROMOTE = 200;
  private static final int SETTLE = 200;

  private final ChannelService channels;
  private final SendRecorder recorder;
  private final AttachedFiles files;
  private final InstantSource clock;
  private final Monotonic monotonic;
  private final SendQueueStore queue = new SendQueueStore();

  SendClaims(
      ChannelService channels,
      SendRecorder recorder,
      AttachedFiles files,
      InstantSource clock,
      Monotonic monotonic) {
    this.channels = channels;
    this.recorder = recorder;
    this.files = files;
    this.clock = clock;
    this.monotonic = monotonic;
  }

  /// A message that is marked 'sending' and may leave.
  record Ready(SendQueueStore.Claim claim, OutboundMessage message) {}

  /// What a step found.
  ///
  /// @param more there is something left, or may be
  /// @param receipts some wait to be shown
  record Batch(List<Ready> toSend, boolean more, boolean receipts) {
    private static final Batch NOTHING = new Batch(List.of(), false, false);
  }

  /// What is to be settled comes first, in a step of its own; then what may leave. A channel that
  /// is not connected only settles.
  ///
  /// @param look which was sent with what read the channel
  Batch step(WorkspaceTx tx, Channel channel, Look look, long epoch, Pace pace) {
    if ((look.orphans() || look.unsettled()) && settle(tx, channel, epoch)) {
      return new Batch(List.of(), true, false);
    }
    if (!channel.connected()) {
      return Batch.NOTHING;
    }
    if (look.due()) {
      queue.promote(tx, channel.id(), clock.instant(), PROMOTE);
    }
    var permits = pace.permits(channel.sendRatePerSecond());
    var next = Departures.next(tx, channel.id(), permits, files);
    return new Batch(
        next.isEmpty() ? List.of() : claim(tx, channel, next, pace, epoch),
        next.size() == permits || look.receipts(),
        look.receipts());
  }

  /// Turns what a former owner was sending into unknowns, and unknowns that nobody settled into the
  /// status that says so.
  ///
  /// @return whether anything was settled
  private boolean settle(WorkspaceTx tx, Channel channel, long epoch) {
    var now = clock.instant();
    var adapter = channels.adapter(channel.type());
    var orphans =
        queue.orphansToUnknown(
            tx, channel.id(), epoch, adapter.deduplicates() ? now : now.plus(SendRecorder.GRACE));
    var unsettled = queue.takeUnsettled(tx, channel.id(), now, SETTLE);
    if (unsettled.isEmpty()) {
      return orphans > 0;
    }
    if (adapter.deduplicates()) {
      recorder.again(tx, channel, unsettled);
    } else {
      recorder.conclude(tx, unsettled, MessageStatus.UNKNOWN, null);
    }
    return true;
  }

  /// The channel is gone: nothing more can be sent on it, and nothing more will be heard of what
  /// was.
  void abandon(WorkspaceTx tx, ChannelId channel, long epoch) {
    queue.orphansToUnknown(tx, channel, epoch, clock.instant());
    recorder.conclude(
        tx, queue.takeUnsettled(tx, channel, FAR, SETTLE), MessageStatus.UNKNOWN, null);
    queue.promote(tx, channel, FAR, PROMOTE);
    var left = Departures.next(tx, channel, PROMOTE, files).stream().map(d -> d.claim().message());
    recorder.conclude(
        tx,
        left.toList(),
        MessageStatus.FAILED,
        SendLane.error(MessageErrorCode.CHANNEL_UNAUTHORIZED, "The channel was deleted."));
  }

  private List<Ready> claim(
      WorkspaceTx tx, Channel channel, List<Departure> next, Pace pace, long epoch) {
    var ready = new ArrayList<Ready>();
    var closed = new ArrayList<MessageId>();
    var later = new LinkedHashMap<SendQueueStore.Claim, Instant>();
    for (var departure : next) {
      var message = departure.message();
      if (message == null || !mayLeave(channel, message, departure.windowExpiresAt())) {
        closed.add(departure.claim().message());
        continue;
      }
      var wait = pace.pair(monotonic.nanos(), message.address());
      if (wait.isPositive()) {
        later.put(departure.claim(), clock.instant().plus(wait));
      } else {
        ready.add(new Ready(departure.claim(), message));
      }
    }
    recorder.conclude(
        tx,
        closed,
        MessageStatus.FAILED,
        SendLane.error(
            MessageErrorCode.WINDOW_CLOSED, "The 24-hour window closed before it was sent."));
    if (!later.isEmpty()) {
      queue.postpone(tx, channel.id(), later, 0, null);
    }
    if (!ready.isEmpty()) {
      queue.markSending(tx, ready.stream().map(r -> r.claim().message()).toList(), epoch);
    }
    return ready;
  }

  private boolean mayLeave(
      Channel channel, OutboundMessage message, @Nullable Instant windowExpiresAt) {
    return channels.capabilities(channel).window() == null
        || message.content() instanceof TemplateContent
        || (windowExpiresAt != null && clock.instant().isBefore(windowExpiresAt));
  }

  /// When the lane has work; a channel that is not connected only settles.
  Optional<Instant> earliestDue(WorkspaceTx tx, ChannelId channel) {
    var found = channels.find(tx, channel);
    return found.isEmpty() || found.get().connected()
        ? queue.earliestDue(tx, channel)
        : queue.earliestSettle(tx, channel);
  }
}
