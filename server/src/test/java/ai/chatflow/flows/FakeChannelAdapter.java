package ai.chatflow.flows;

import ai.chatflow.api.model.ChannelCheck;
import ai.chatflow.api.model.ChannelType;
import ai.chatflow.channels.Channel;
import ai.chatflow.channels.ChannelAdapter;
import ai.chatflow.channels.OutboundMessage;
import ai.chatflow.channels.SendOutcome;
import ai.chatflow.content.Capabilities;
import java.time.Duration;
import java.util.List;

/// A plug that nothing is sent through.
record FakeChannelAdapter(ChannelType type) implements ChannelAdapter {
  @Override
  public Capabilities capabilities() {
    throw new AssertionError("no flow asks for capabilities");
  }

  @Override
  public Duration callTimeout() {
    return Duration.ofSeconds(1);
  }

  @Override
  public SendOutcome send(Channel channel, OutboundMessage message) {
    throw new AssertionError("sent " + message.id() + " in the transaction of its cause");
  }

  @Override
  public void markRead(Channel channel, String providerMessageId, boolean typing) {}

  @Override
  public List<ChannelCheck> examine(Channel channel) {
    return List.of();
  }

  @Override
  public boolean echoesOurId() {
    return false;
  }

  @Override
  public boolean deduplicates() {
    return true;
  }
}
