package ai.chatflow.messaging;

import ai.chatflow.channels.ChannelService;
import ai.chatflow.contacts.ContactResolver;
import ai.chatflow.contacts.ContactService;
import ai.chatflow.media.AttachedFiles;
import ai.chatflow.platform.Platform;
import ai.chatflow.platform.idempotency.IdempotencyStore;
import ai.chatflow.platform.idempotency.IdempotentGroup;
import ai.chatflow.templates.SendableTemplates;
import java.util.List;

/// Wires conversations and messages. What comes in and what goes out are wired on top of it, in
/// `intake` and `sending`.
public final class MessagingModule {
  private final Platform platform;
  private final AttachedFiles files;
  private final MessageEvents events;
  private final StatusIntake statuses;
  private final SendRecorder recorder;
  private final Receipts receipts;
  private final SendGroup sends;
  private final MessageService messages;
  private final ConversationService conversations;

  private MessagingModule(
      Platform platform,
      ContactService contacts,
      ContactResolver resolver,
      ChannelService channels,
      SendableTemplates templates,
      AttachedFiles files) {
    this.platform = platform;
    this.files = files;
    var db = platform.db();
    var clock = platform.clock();
    this.events = new MessageEvents(platform.events(), platform.telemetry());
    this.statuses = new StatusIntake(events);
    this.recorder = new SendRecorder(channels, statuses, events, clock, platform.random());
    this.receipts = new Receipts(db, channels);
    var outbox = new Outbox(platform.ids(), platform.lanes(), events);
    var sender =
        new MessageSender(
            channels,
            new MessageSender.Library(templates, files),
            new Recipients(contacts, resolver),
            outbox,
            events,
            platform.ids(),
            clock);
    var keys = new IdempotentGroup(new IdempotencyStore(platform.secrets()));
    this.sends = new SendGroup(db, sender, keys);
    this.messages =
        new MessageService(db, sender, outbox, recorder, receipts, platform.lanes(), clock);
    this.conversations = new ConversationService(db);
  }

  public static MessagingModule wire(
      Platform platform,
      ContactService contacts,
      ContactResolver resolver,
      ChannelService channels,
      SendableTemplates templates,
      AttachedFiles files) {
    return new MessagingModule(platform, contacts, resolver, channels, templates, files);
  }

  public MessageService messages() {
    return messages;
  }

  public ConversationService conversations() {
    return conversations;
  }

  public MessageEvents events() {
    return events;
  }

  public StatusIntake statuses() {
    return statuses;
  }

  public SendRecorder recorder() {
    return recorder;
  }

  public Receipts receipts() {
    return receipts;
  }

  public AttachedFiles files() {
    return files;
  }

  public List<Object> resources() {
    return List.of(
        new MessageResource(messages, sends, platform.pages(), platform.problems()),
        new ConversationResource(conversations, platform.pages(), platform.clock()));
  }
}
