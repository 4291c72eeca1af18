package ai.chatflow.channels.sandbox;

import ai.chatflow.api.model.ChannelCheck;
import ai.chatflow.api.model.ChannelConfig;
import ai.chatflow.api.model.ChannelType;
import ai.chatflow.api.model.ContactIdentityKind;
import ai.chatflow.api.model.MessageError;
import ai.chatflow.api.model.MessageErrorCode;
import ai.chatflow.api.model.SandboxCapabilities;
import ai.chatflow.api.model.SandboxConfig;
import ai.chatflow.api.model.SandboxMessage.StatusEnum;
import ai.chatflow.channels.Channel;
import ai.chatflow.channels.ChannelAdapter;
import ai.chatflow.channels.ChannelSetup;
import ai.chatflow.channels.OutboundMessage;
import ai.chatflow.channels.SendOutcome;
import ai.chatflow.content.Capabilities;
import ai.chatflow.platform.db.Db;
import ai.chatflow.platform.db.WorkspaceTx;
import ai.chatflow.platform.errors.Unavailable;
import ai.chatflow.platform.ids.IdGenerator;
import ai.chatflow.platform.lanes.LaneKey;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;

/// The plug of the sandbox. It carries what WhatsApp carries, without the 24-hour window, or what
/// its settings say instead, takes each of our message ids once however often it is sent, and
/// reports delivery by itself. It does not promise that `once`, no more than WhatsApp does: a lost
/// answer is treated as it would be in earnest.
public final class SandboxAdapter implements ChannelAdapter {
  private static final Duration TIMEOUT = Duration.ofSeconds(5);
  private static final SandboxSetup SETUP = new SandboxSetup();
  private static final Capabilities LIKE_WHATSAPP = Capabilities.whatsApp().withoutWindow();
  private static final Capabilities LIKE_SMS = Capabilities.sms();

  /// Wakes a lane once the transaction has committed: `Lanes::wake`.
  @FunctionalInterface
  public interface Waker {
    void wake(WorkspaceTx tx, LaneKey lane, Instant due);
  }

  private final Db db;
  private final Waker waker;
  private final IdGenerator ids;
  private final InstantSource clock;
  private final SandboxStore store = new SandboxStore();
  private final ReceiptStore receipts = new ReceiptStore();

  public SandboxAdapter(Db db, Waker waker, IdGenerator ids, InstantSource clock) {
    this.db = db;
    this.waker = waker;
    this.ids = ids;
    this.clock = clock;
  }

  @Override
  public ChannelType type() {
    return ChannelType.SANDBOX;
  }

  @Override
  public ChannelSetup<?> setup() {
    return SETUP;
  }

  @Override
  public Capabilities capabilities(ChannelConfig config) {
    SandboxCapabilities chosen =
        config instanceof SandboxConfig sandbox ? sandbox.capabilities() : null;
    return switch (Objects.requireNonNullElse(chosen, SandboxCapabilities.WHATSAPP)) {
      case WHATSAPP -> LIKE_WHATSAPP;
      case SMS -> LIKE_SMS;
    };
  }

  @Override
  public List<ContactIdentityKind> addresses() {
    return List.of(ContactIdentityKind.PHONE);
  }

  @Override
  public Duration callTimeout() {
    return TIMEOUT;
  }

  @Override
  public SendOutcome send(Channel channel, OutboundMessage message) {
    try {
      return db.inTransaction(channel.workspace(), tx -> send(tx, channel, message));
    } catch (Unavailable e) {
      return new SendOutcome.Unknown("the simulated provider's store is away: " + e.detail());
    }
  }

  @Override
  public List<ChannelCheck> examine(Channel channel) {
    return List.of(
        new ChannelCheck(
            "sandbox", ChannelCheck.StatusEnum.PASS, "The simulated provider works.", null));
  }

  private SendOutcome send(WorkspaceTx tx, Channel channel, OutboundMessage message) {
    Instant now = clock.instant();
    return store
        .attempt(tx, channel.id(), ids.next(), message, now)
        .map(attempt -> outcome(tx, channel, message, attempt, now))
        .orElseGet(
            () ->
                new SendOutcome.ChannelDown(
                    new MessageError(
                        MessageErrorCode.CHANNEL_UNAUTHORIZED,
                        "The channel was deleted.",
                        null,
                        false)));
  }

  private SendOutcome outcome(
      WorkspaceTx tx,
      Channel channel,
      OutboundMessage message,
      SandboxStore.Attempt attempt,
      Instant now) {
    MagicNumber magic = MagicNumber.of(message.address()).orElse(null);
    if (!attempt.alreadyAccepted()) {
      SendOutcome refusal = magic == null ? null : magic.refusal(attempt.number());
      if (refusal != null) {
        return refusal;
      }
      store.accept(tx, channel.id(), message.id(), now);
      if (magic == null || !magic.staysSilent()) {
        receipts.queue(tx, channel.id(), message.id(), StatusEnum.DELIVERED, now);
        waker.wake(tx, SandboxReceipts.lane(channel.workspace(), channel.id()), now);
      }
    }
    if (magic != null && magic.losesTheAnswer()) {
      return new SendOutcome.Unknown("the simulated answer was lost");
    }
    return new SendOutcome.Accepted(Delivery.providerId(attempt.id()));
  }
}
