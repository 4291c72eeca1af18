package ai.chatflow.channels;

import ai.chatflow.api.model.ChannelCheck;
import ai.chatflow.api.model.ChannelConfig;
import ai.chatflow.api.model.ChannelType;
import ai.chatflow.api.model.ContactIdentityKind;
import ai.chatflow.channels.sandbox.SandboxSetup;
import ai.chatflow.channels.whatsappcloud.WhatsAppCloudSetup;
import ai.chatflow.content.Capabilities;
import java.time.Duration;
import java.util.List;

/// A plug that accepts everything, for channels with real settings.
public class FakePlug implements ChannelAdapter {
  private final ChannelType type;
  private final ChannelSetup<?> setup;

  protected FakePlug(ChannelType type, ChannelSetup<?> setup) {
    this.type = type;
    this.setup = setup;
  }

  public static FakePlug sandbox() {
    return new FakePlug(ChannelType.SANDBOX, new SandboxSetup());
  }

  public static FakePlug whatsApp() {
    return new FakePlug(ChannelType.WHATSAPP_CLOUD, new WhatsAppCloudSetup());
  }

  @Override
  public final ChannelType type() {
    return type;
  }

  @Override
  public final ChannelSetup<?> setup() {
    return setup;
  }

  @Override
  public Capabilities capabilities(ChannelConfig config) {
    return Capabilities.whatsApp();
  }

  @Override
  public final List<ContactIdentityKind> addresses() {
    return List.of(ContactIdentityKind.PHONE, ContactIdentityKind.WHATSAPP_USER_ID);
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
  public List<ChannelCheck> examine(Channel channel) {
    return List.of();
  }
}
