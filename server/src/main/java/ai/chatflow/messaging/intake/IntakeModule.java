package ai.chatflow.messaging.intake;

import ai.chatflow.channels.ChannelService;
import ai.chatflow.contacts.ContactsModule;
import ai.chatflow.messaging.InboundListener;
import ai.chatflow.messaging.MessagingModule;
import ai.chatflow.platform.Platform;

/// Wires what comes in.
public final class IntakeModule {
  private final Ingest ingest;

  private IntakeModule(
      Platform platform,
      MessagingModule messaging,
      ContactsModule contacts,
      ChannelService channels,
      InboundListener listener) {
    var queue = new InboundQueue(platform.lanes(), listener, platform.clock());
    var amendments = new Amendments(messaging.events());
    var arrivals =
        new MessageIntake(
            platform.ids(),
            contacts.resolver(),
            messaging.events(),
            queue,
            messaging.statuses(),
            amendments);
    var intake =
        new Intake(
            channels,
            contacts.resolver(),
            arrivals,
            messaging.statuses(),
            amendments,
            platform.events(),
            platform.clock());
    this.ingest =
        new Ingest(
            platform.db(),
            intake,
            platform.deadLetters(),
            platform.telemetry(),
            platform.monotonic());
    platform
        .lanes()
        .register(
            new InboundLane(
                platform.db(),
                queue,
                listener,
                contacts.contacts(),
                platform.deadLetters(),
                platform.clock(),
                platform.random()));
  }

  /// Before the lanes start.
  ///
  /// @param listener who acts on received messages
  public static IntakeModule wire(
      Platform platform,
      MessagingModule messaging,
      ContactsModule contacts,
      ChannelService channels,
      InboundListener listener) {
    return new IntakeModule(platform, messaging, contacts, channels, listener);
  }

  public Ingest ingest() {
    return ingest;
  }
}
