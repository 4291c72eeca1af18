package ai.chatflow.messaging.intake;

import ai.chatflow.channels.ChannelService;
import ai.chatflow.contacts.ContactResolver;
import ai.chatflow.contacts.ContactService;
import ai.chatflow.messaging.InboundListener;
import ai.chatflow.messaging.MessagingModule;
import ai.chatflow.platform.Platform;

/// Wires what comes in.
public final class IntakeModule {
  private final Platform platform;
  private final InboundQueue queue;
  private final Ingest ingest;

  private IntakeModule(
      Platform platform,
      MessagingModule messaging,
      ContactResolver resolver,
      ChannelService channels) {
    this.platform = platform;
    this.queue = new InboundQueue(platform.lanes(), platform.clock());
    var amendments = new Amendments(messaging.events());
    var arrivals =
        new MessageIntake(
            platform.ids(), resolver, messaging.events(), queue, messaging.statuses(), amendments);
    var intake =
        new Intake(
            channels,
            resolver,
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
  }

  public static IntakeModule wire(
      Platform platform,
      MessagingModule messaging,
      ContactResolver resolver,
      ChannelService channels) {
    return new IntakeModule(platform, messaging, resolver, channels);
  }

  public Ingest ingest() {
    return ingest;
  }

  /// Who acts on received messages; call it once, before the lanes start.
  public void listener(InboundListener listener, ContactService contacts) {
    platform
        .lanes()
        .register(
            new InboundLane(
                platform.db(),
                queue,
                listener,
                contacts,
                platform.deadLetters(),
                platform.clock(),
                platform.random()));
  }
}
