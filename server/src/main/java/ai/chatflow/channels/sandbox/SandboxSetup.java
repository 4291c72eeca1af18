package ai.chatflow.channels.sandbox;

import ai.chatflow.api.model.SandboxConfig;
import ai.chatflow.api.model.SandboxConfigInput;
import ai.chatflow.channels.ChannelSetup;
import ai.chatflow.platform.ids.ChannelId;
import java.util.Locale;

/// Settings of a sandbox: what it carries may be given; its number follows from its id.
public final class SandboxSetup implements ChannelSetup<SandboxConfigInput> {
  private static final int NUMBERS = 10_000_000;

  @Override
  public Class<SandboxConfigInput> given() {
    return SandboxConfigInput.class;
  }

  @Override
  public Settings settle(SandboxConfigInput given, Known known) {
    String number = number(known.channel());
    var config = new SandboxConfig(null, number, given.capabilities());
    return new Settings(config, number, null, null, null);
  }

  /// Numbers after +1 555 belong to nobody.
  private static String number(ChannelId channel) {
    long number = Math.floorMod(channel.value().getLeastSignificantBits(), (long) NUMBERS);
    return String.format(Locale.ROOT, "+1555%07d", number);
  }
}
