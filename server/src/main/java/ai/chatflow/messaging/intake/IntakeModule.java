package ai.chatflow.messaging.intake;

import ai.chatflow.channels.ChannelService;
import ai.chatflow.contacts.ContactsModule;
import ai.chatflow.messaging.InboundListener;
import ai.chatflow.messaging.MessagingModule;
import ai.chatflow.platform.Platform;
import ai.chatflow.templates.TemplateNotices;

/// Wires what comes in.
public final class IntakeModule {
  private final Ingest ingest;

  private IntakeModule(
      Platform platform,
      MessagingModule messaging,
      ContactsModule contacts,
      ChannelService channels,
      TemplateNotices templates,
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
            new Notices(platform.events(), templates),
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
  /// @param templates who is told of notices about templates
  /// @param listener who acts on received messages
  public static IntakeModule wire(
      Platform platform,
      MessagingModule messaging,
      ContactsModule contacts,
      ChannelService channels,
      TemplateNotices templates,
      InboundListener listener) {
    return new IntakeModule(platform, messaging, contacts, channels, templates, listener);
  }

  public Ingest ingest() {
    return ingest;
  }
}
