package ai.chatflow.messaging.sending;

import ai.chatflow.channels.ChannelService;
import ai.chatflow.messaging.MessagingModule;
import ai.chatflow.platform.Platform;

/// Wires what goes out: one lane per channel.
public final class SendingModule {
  private SendingModule() {}

  /// Call it once, before the lanes start.
  public static void wire(Platform platform, MessagingModule messaging, ChannelService channels) {
    var claims =
        new SendClaims(
            channels,
            messaging.recorder(),
            messaging.files(),
            platform.clock(),
            platform.monotonic());
    platform
        .lanes()
        .register(
            new SendLane(
                platform.db(),
                channels,
                claims,
                messaging.recorder(),
                messaging.receipts(),
                new SendLane.SendTime(platform.clock(), platform.monotonic(), platform.pauses()),
                platform.telemetry()));
  }
}
