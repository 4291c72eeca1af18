package ai.chatflow.messaging;

import ai.chatflow.api.model.ChannelType;
import ai.chatflow.channels.Channel;
import ai.chatflow.channels.FakePlug;
import ai.chatflow.channels.OutboundMessage;
import ai.chatflow.channels.SendOutcome;
import ai.chatflow.channels.whatsappcloud.WhatsAppCloudSetup;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;

/// A plug that answers as a test tells it, and remembers what it was asked.
final class FakeProvider extends FakePlug {
  final List<OutboundMessage> calls = new CopyOnWriteArrayList<>();
  final List<String> receipts = new CopyOnWriteArrayList<>();
  volatile boolean deduplicates;
  private volatile Function<OutboundMessage, SendOutcome> answer =
      message -> new SendOutcome.Accepted("wamid." + message.id());

  FakeProvider() {
    super(ChannelType.WHATSAPP_CLOUD, new WhatsAppCloudSetup());
  }

  /// From now on every call is answered like this.
  void answers(Function<OutboundMessage, SendOutcome> with) {
    this.answer = with;
  }

  /// The next call is answered like this, later ones by `then`.
  void answers(SendOutcome first, Function<OutboundMessage, SendOutcome> then) {
    this.answer =
        message -> {
          answer = then;
          return first;
        };
  }

  /// The texts that were sent, in the order of the calls.
  List<OutboundMessage> sent() {
    return List.copyOf(calls);
  }

  @Override
  public Duration callTimeout() {
    return Duration.ofSeconds(3);
  }

  @Override
  public SendOutcome send(Channel channel, OutboundMessage message) {
    calls.add(message);
    return answer.apply(message);
  }

  @Override
  public void markRead(Channel channel, String providerMessageId, boolean typing) {
    receipts.add(providerMessageId);
  }

  @Override
  public boolean deduplicates() {
    return deduplicates;
  }
}
