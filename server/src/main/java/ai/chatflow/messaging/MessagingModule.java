package ai.chatflow.messaging;

import ai.chatflow.channels.ChannelService;
import ai.chatflow.contacts.ContactResolver;
import ai.chatflow.contacts.ContactService;
import ai.chatflow.platform.Platform;
import java.util.List;

/// Wires conversations and messages.
public final class MessagingModule {
  private final Platform platform;
  private final ContactService contacts;
  private final InboundQueue inboundQueue;
  private final Ingest ingest;
  private final MessageService messages;
  private final ConversationService conversations;

  private MessagingModule(Platform platform, ContactService contacts, ContactResolver resolver, ChannelService channels) {
    this.platform = platform;
    this.contacts = contacts;
    var db = platform.db();
    var clock = platform.clock();
    var events = new MessageEvents(platform.events());
    var statuses = new StatusIntake(events);
    this.inboundQueue = new InboundQueue(platform.lanes(), clock);
    var arrivals =
        new MessageIntake(platform.ids(), resolver, events, inboundQueue, statuses);
    var intake =
        new Intake(
            channels, resolver, arrivals, statuses, new Amendments(events), platform.events(), clock);
    this.ingest = new Ingest(db, intake, platform.deadLetters());
    var recorder = new SendRecorder(channels, statuses, events, clock, platform.random());
    var outbox = new Outbox(platform.ids(), platform.lanes());
    var sender =
        new MessageSender(
            channels, new Recipients(contacts, resolver), outbox, events, platform.ids(), clock);
    var receipts = new Receipts(db, channels);
    this.messages =
        new MessageService(db, sender, outbox, recorder, receipts, platform.lanes(), clock);
    this.conversations = new ConversationService(db);
    platform
        .lanes()
        .register(
            new SendLane(
                db,
                channels,
                new SendClaims(channels, recorder, clock, platform.monotonic()),
                recorder,
                receipts,
                new SendLane.SendTime(clock, platform.monotonic(), platform.pauses())));
  }

  public static MessagingModule wire(
      Platform platform,
      ContactService contacts,
      ContactResolver resolver,
      ChannelService channels) {
    return new MessagingModule(platform, contacts, resolver, channels);
  }

  /// Who acts on received messages; call it once, before the lanes start.
  public void listener(InboundListener listener) {
    platform
        .lanes()
        .register(
            new InboundLane(
                platform.db(),
                inboundQueue,
                listener,
                contacts,
                platform.deadLetters(),
                platform.clock(),
                platform.random()));
  }

  public Ingest ingest() {
    return ingest;
  }

  public MessageService messages() {
    return messages;
  }

  public ConversationService conversations() {
    return conversations;
  }

  public List<Object> resources() {
    return List.of(
        new MessageResource(messages, platform.pages(), platform.problems()),
        new ConversationResource(conversations, platform.pages(), platform.clock()));
  }
}
