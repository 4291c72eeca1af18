package ai.chatflow.messaging.sending;

import ai.chatflow.api.model.Message;
import ai.chatflow.api.model.MessageErrorCode;
import ai.chatflow.api.model.MessageStatus;
import ai.chatflow.api.model.TemplateContent;
import ai.chatflow.channels.Channel;
import ai.chatflow.channels.ChannelService;
import ai.chatflow.channels.OutboundMessage;
import ai.chatflow.messaging.Conversation;
import ai.chatflow.messaging.ConversationStore;
import ai.chatflow.messaging.MessageStore;
import ai.chatflow.messaging.SendQueueStore;
import ai.chatflow.messaging.SendRecorder;
import ai.chatflow.platform.db.WorkspaceTx;
import ai.chatflow.platform.ids.ChannelId;
import ai.chatflow.platform.ids.ConversationId;
import ai.chatflow.platform.ids.MessageId;
import ai.chatflow.platform.time.Monotonic;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Decides what a channel sends next: unknowns are settled, what became due is moved up, the window
/// is checked once more, a person's pace is kept.
final class SendClaims {
  private static final Instant FAR = Instant.parse("9999-01-01T00:00:00Z");
  private static final int PROMOTE = 200;
  private static final int SETTLE = 200;

  private final ChannelService channels;
  private final SendRecorder recorder;
  private final InstantSource clock;
  private final Monotonic monotonic;
  private final SendQueueStore queue = new SendQueueStore();
  private final MessageStore messages = new MessageStore();
  private final ConversationStore conversations = new ConversationStore();

  SendClaims(
      ChannelService channels, SendRecorder recorder, InstantSource clock, Monotonic monotonic) {
    this.channels = channels;
    this.recorder = recorder;
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
  Batch step(WorkspaceTx tx, Channel channel, long epoch, Pace pace) {
    var look = Look.at(tx, channel.id(), clock.instant(), epoch);
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
    var claims = queue.next(tx, channel.id(), permits);
    return new Batch(
        claims.isEmpty() ? List.of() : claim(tx, channel, claims, pace, epoch),
        claims.size() == permits || look.receipts(),
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
    var left = queue.next(tx, channel, PROMOTE).stream().map(SendQueueStore.Claim::message);
    recorder.conclude(
        tx,
        left.toList(),
        MessageStatus.FAILED,
        SendLane.error(MessageErrorCode.CHANNEL_UNAUTHORIZED, "The channel was deleted."));
  }

  private List<Ready> claim(
      WorkspaceTx tx, Channel channel, List<SendQueueStore.Claim> claims, Pace pace, long epoch) {
    var loaded = load(tx, claims);
    var ready = new ArrayList<Ready>();
    var closed = new ArrayList<MessageId>();
    var later = new LinkedHashMap<SendQueueStore.Claim, Instant>();
    for (var claim : claims) {
      sort(channel, claim, loaded, pace, ready, closed, later);
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

  private void sort(
      Channel channel,
      SendQueueStore.Claim claim,
      Loaded loaded,
      Pace pace,
      List<Ready> ready,
      List<MessageId> closed,
      Map<SendQueueStore.Claim, Instant> later) {
    var message = loaded.messages().get(claim.message());
    var conversation =
        message == null ? null : loaded.conversations().get(message.conversationId());
    if (message == null || conversation == null || !mayLeave(channel, conversation, message)) {
      closed.add(claim.message());
      return;
    }
    var wait = pace.pair(monotonic.nanos(), conversation.address());
    if (wait.isPositive()) {
      later.put(claim, clock.instant().plus(wait));
      return;
    }
    var group = conversation.group();
    ready.add(
        new Ready(
            claim,
            new OutboundMessage(
                message.id(),
                conversation.address(),
                message.content(),
                quoted(message),
                group == null ? null : group.providerId())));
  }

  private boolean mayLeave(Channel channel, Conversation conversation, Message message) {
    return channels.adapter(channel.type()).capabilities().window() == null
        || message.content() instanceof TemplateContent
        || conversation.windowOpenAt(clock.instant());
  }

  private static @Nullable String quoted(Message message) {
    return message.context() == null ? null : message.context().replyToProviderId();
  }

  private record Loaded(
      Map<MessageId, Message> messages, Map<ConversationId, Conversation> conversations) {}

  private Loaded load(WorkspaceTx tx, List<SendQueueStore.Claim> claims) {
    var byId = new HashMap<MessageId, Message>();
    messages
        .findAll(tx, claims.stream().map(SendQueueStore.Claim::message).toList())
        .forEach(m -> byId.put(m.id(), m));
    var wanted = byId.values().stream().map(Message::conversationId).collect(Collectors.toSet());
    var places = new HashMap<ConversationId, Conversation>();
    conversations.findAll(tx, wanted).forEach(c -> places.put(c.id(), c));
    return new Loaded(byId, places);
  }

  /// When the lane has work; a channel that is not connected only settles.
  Optional<Instant> earliestDue(WorkspaceTx tx, ChannelId channel) {
    var found = channels.find(tx, channel);
    return found.isEmpty() || found.get().connected()
        ? queue.earliestDue(tx, channel)
        : queue.earliestSettle(tx, channel);
  }
}
