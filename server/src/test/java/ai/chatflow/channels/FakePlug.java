package ai.chatflow.channels;

import ai.chatflow.api.model.ChannelCheck;
import ai.chatflow.api.model.ChannelType;
import ai.chatflow.content.Capabilities;
import java.time.Duration;
import java.util.List;

/// A plug that accepts everything.
public record FakePlug(ChannelType type, List<ChannelCheck> checks) implements ChannelAdapter {
  @Override
  public Capabilities capabilities() {
    return Capabilities.whatsApp();
  }

  @Override
  public Duration callTimeout() {
    return Duration.ofSeconds(1);
  }

  @Override
  public SendOutcome send(Channel channel, OutboundMessage message) {
    return new SendOutcome.Accepted("fake." + message.id());
  }

  @Override
  public void markRead(Channel channel, String providerMessageId, boolean typing) {
    // nothing to show
  }

  @Override
  public List<ChannelCheck> examine(Channel channel) {
    return checks;
  }

  @Override
  public boolean echoesOurId() {
    return true;
  }

  @Override
  public boolean deduplicates() {
    return false;
  }
}
