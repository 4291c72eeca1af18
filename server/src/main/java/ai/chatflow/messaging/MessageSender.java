package ai.chatflow.messaging;

import ai.chatflow.api.model.ChannelStatus;
import ai.chatflow.api.model.Message;
import ai.chatflow.api.model.MessageAdaptation;
import ai.chatflow.api.model.MessageContent;
import ai.chatflow.api.model.MessageContext;
import ai.chatflow.api.model.MessageFallback;
import ai.chatflow.api.model.MessagePriority;
import ai.chatflow.api.model.MessageRecipient;
import ai.chatflow.api.model.MessageSource;
import ai.chatflow.api.model.ProblemCode;
import ai.chatflow.api.model.ReactionContent;
import ai.chatflow.api.model.SendMessageRequest;
import ai.chatflow.api.model.TemplateContent;
import ai.chatflow.api.model.TextContent;
import ai.chatflow.channels.Channel;
import ai.chatflow.channels.ChannelService;
import ai.chatflow.contacts.Contact;
import ai.chatflow.content.Capabilities;
import ai.chatflow.content.Fallback;
import ai.chatflow.media.AttachedFiles;
import ai.chatflow.media.Media;
import ai.chatflow.messaging.ConversationStore.Opening;
import ai.chatflow.platform.db.WorkspaceTx;
import ai.chatflow.platform.errors.Conflict;
import ai.chatflow.platform.errors.DomainException;
import ai.chatflow.platform.errors.FieldError;
import ai.chatflow.platform.errors.Invalid;
import ai.chatflow.platform.ids.ChannelId;
import ai.chatflow.platform.ids.ConversationId;
import ai.chatflow.platform.ids.IdGenerator;
import ai.chatflow.platform.ids.MediaId;
import ai.chatflow.platform.ids.MessageId;
import ai.chatflow.templates.SendableTemplates;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Accepts messages to send, one or a thousand at once: each is checked by itself, what passes is
/// stored and queued in set-based statements.
final class MessageSender {
  private static final Duration FARTHEST = Duration.ofDays(90);

  private final ChannelService channels;
  private final Library library;
  private final Recipients recipients;
  private final Outbox outbox;
  private final MessageEvents events;
  private final IdGenerator ids;
  private final InstantSource clock;
  private final ConversationStore conversations = new ConversationStore();
  private final MessageStore messages = new MessageStore();

  MessageSender(
      ChannelService channels,
      Library library,
      Recipients recipients,
      Outbox outbox,
      MessageEvents events,
      IdGenerator ids,
      InstantSource clock) {
    this.channels = channels;
    this.library = library;
    this.recipients = recipients;
    this.outbox = outbox;
    this.events = events;
    this.ids = ids;
    this.clock = clock;
  }

  /// What a workspace has for its messages to name.
  record Library(SendableTemplates templates, AttachedFiles files) {}

  /// What became of one request: a message, or why not.
  sealed interface Verdict {
    record Accepted(Message message) implements Verdict {}

    record Refused(DomainException reason) implements Verdict {}
  }

  /// A content that the channel can carry, with what is known of its file.
  private record Fit(MessageContent content, List<MessageAdaptation> adapted) {}

  /// A request that the channel can carry.
  private record Sound(SendMessageRequest request, Channel channel, Fit fit) {}

  /// A request whose contact is known too.
  private record Addressed(Sound sound, Contact contact) {
    SendMessageRequest request() {
      return sound.request();
    }

    Channel channel() {
      return sound.channel();
    }
  }

  List<Verdict> send(WorkspaceTx tx, List<SendMessageRequest> requests) {
    var now = clock.instant();
    var verdicts = new HashMap<Integer, Verdict>();
    var addressed = address(tx, requests, verdicts);
    var places = open(tx, addressed, now);
    var quoted = quoted(tx, addressed);
    var drafts = new TreeMap<Integer, Outbox.Draft>();
    addressed.forEach(
        (index, item) -> {
          try {
            var conversation = Objects.requireNonNull(places.get(place(item)));
            drafts.put(index, draft(item, conversation, quoted, now));
          } catch (DomainException refusal) {
            verdicts.put(index, new Verdict.Refused(refusal));
          }
        });
    var stored = new HashMap<MessageId, Message>();
    outbox.accept(tx, List.copyOf(drafts.values()), now).forEach(m -> stored.put(m.id(), m));
    drafts.forEach(
        (index, draft) ->
            verdicts.put(
                index, new Verdict.Accepted(Objects.requireNonNull(stored.get(draft.id())))));
    var ordered = new ArrayList<Verdict>();
    for (int i = 0; i < requests.size(); i++) {
      ordered.add(Objects.requireNonNull(verdicts.get(i)));
    }
    return ordered;
  }

  private SortedMap<Integer, Addressed> address(
      WorkspaceTx tx, List<SendMessageRequest> requests, Map<Integer, Verdict> verdicts) {
    var known =
        channels.findAll(
            tx, requests.stream().map(SendMessageRequest::channelId).distinct().toList());
    var approved = library.templates().look(tx, wanted(requests, known));
    var named =
        library
            .files()
            .named(tx, requests.stream().map(r -> (MessageContent) r.content()).toList());
    var sound = new TreeMap<Integer, Sound>();
    for (int i = 0; i < requests.size(); i++) {
      var request = requests.get(i);
      try {
        sound.put(i, check(tx, request, known.get(request.channelId()), approved, named));
      } catch (DomainException refusal) {
        verdicts.put(i, new Verdict.Refused(refusal));
      }
    }
    var people = recipients.find(tx, sound.values().stream().map(Sound::request).toList());
    var addressed = new TreeMap<Integer, Addressed>();
    sound.forEach(
        (index, item) -> {
          try {
            addressed.put(index, addressed(item, people));
          } catch (DomainException refusal) {
            verdicts.put(index, new Verdict.Refused(refusal));
          }
        });
    return addressed;
  }

  private Addressed addressed(Sound sound, Map<MessageRecipient, Contact> people) {
    var request = sound.request();
    var contact = people.get(request.to());
    if (contact == null) {
      throw Recipients.invalid(
          request.to().contactId() != null ? "/to/contact_id" : "/to/external_id",
          "not_found",
          "is no contact of this workspace");
    }
    Recipients.address(channels.adapter(sound.channel().type()), contact);
    return new Addressed(sound, contact);
  }

  /// The templates among the requests, so that all are looked up at once.
  private static List<SendableTemplates.Wanted> wanted(
      List<SendMessageRequest> requests, Map<ChannelId, Channel> known) {
    var wanted = new ArrayList<SendableTemplates.Wanted>();
    for (var request : requests) {
      var channel = known.get(request.channelId());
      if (channel != null && request.content() instanceof TemplateContent template) {
        wanted.add(new SendableTemplates.Wanted(channel, template));
      }
    }
    return wanted;
  }

  /// What can be said without looking at the recipient.
  private Sound check(
      WorkspaceTx tx,
      SendMessageRequest request,
      @Nullable Channel channel,
      SendableTemplates.Known approved,
      Map<MediaId, Media> named) {
    if (channel == null) {
      throw Recipients.invalid("/channel_id", "not_found", "is no channel of this workspace");
    }
    if (channel.status() == ChannelStatus.DISCONNECTED) {
      throw new Conflict(
          ProblemCode.CHANNEL_NOT_CONNECTED,
          "The channel is not connected; its health says what to do.");
    }
    var fit =
        fit(
            tx,
            channels.capabilities(channel),
            (MessageContent) request.content(),
            named,
            request.fallback() != MessageFallback.REFUSE);
    if (request.content() instanceof TemplateContent template) {
      approved.check(channel, template);
    }
    var scheduled = request.scheduledAt();
    if (scheduled != null && scheduled.isAfter(clock.instant().plus(FARTHEST))) {
      throw Recipients.invalid("/scheduled_at", "too_far", "must lie within 90 days");
    }
    return new Sound(request, channel, fit);
  }

  /// In which other form the channel is to carry a content.
  ///
  /// @throws Invalid when it carries none
  private Fit fit(
      WorkspaceTx tx,
      Capabilities can,
      MessageContent content,
      Map<MediaId, Media> named,
      boolean mayAdapt) {
    refuse(ProblemCode.VALIDATION_FAILED, AttachedFiles.check(content, named));
    var linked = library.files().linked(tx.workspace(), content);
    var result = mayAdapt ? Fallback.adapt(can, linked) : Fallback.unchanged(can, linked);
    return switch (result) {
      case Fallback.Result.Carried(var form, var adapted) -> {
        refuse(ProblemCode.CONTENT_NOT_SUPPORTED, AttachedFiles.check(can, form, named));
        yield new Fit(AttachedFiles.described(content, named), adapted);
      }
      case Fallback.Result.Refused(var errors) ->
          throw refusal(ProblemCode.CONTENT_NOT_SUPPORTED, errors);
    };
  }

  private static void refuse(ProblemCode code, List<FieldError> errors) {
    if (!errors.isEmpty()) {
      throw refusal(code, errors);
    }
  }

  private static Invalid refusal(ProblemCode code, List<FieldError> errors) {
    return new Invalid(
        code,
        code == ProblemCode.CONTENT_NOT_SUPPORTED
            ? "The channel cannot carry this content."
            : "1 field is not valid.",
        errors.stream()
            .map(e -> new FieldError("/content" + e.pointer(), e.code(), e.detail()))
            .toList());
  }

  /// What a flow says, in the form that the channel carries. Text is taken as it is: there is no
  /// other form of it.
  Outbox.Draft fromFlow(WorkspaceTx tx, Conversation conversation, MessageContent content) {
    var can =
        content instanceof TextContent
            ? null
            : channels
                .capabilities(tx, List.of(conversation.channel()))
                .get(conversation.channel());
    var fit =
        can == null
            ? new Fit(content, List.of())
            : fit(tx, can, content, library.files().named(tx, List.of(content)), true);
    return outbox.draft(conversation, fit.content(), fit.adapted(), MessageSource.FLOW);
  }

  private static String place(Addressed item) {
    return item.channel().id() + "|" + item.contact().id();
  }

  /// Finds or makes the conversations, locked.
  private Map<String, Conversation> open(
      WorkspaceTx tx, SortedMap<Integer, Addressed> items, Instant now) {
    var openings = new TreeMap<String, Opening>(Comparator.naturalOrder());
    items.values().forEach(item -> openings.computeIfAbsent(place(item), _ -> opening(item)));
    var ordered = List.copyOf(openings.values());
    var places = new HashMap<String, Conversation>();
    if (ordered.isEmpty()) {
      return places;
    }
    var opened = conversations.open(tx, ordered);
    opened.all().forEach(c -> places.put(c.channel() + "|" + c.contact(), c));
    events.created(tx, opened.made(), now);
    return places;
  }

  private Opening opening(Addressed item) {
    return new Opening(
        new ConversationId(ids.next()),
        item.channel().id(),
        item.contact().id(),
        null,
        Recipients.address(channels.adapter(item.channel().type()), item.contact()));
  }

  /// The messages that are quoted or reacted to, by id.
  private Map<MessageId, Message> quoted(WorkspaceTx tx, SortedMap<Integer, Addressed> items) {
    var wanted = new ArrayList<MessageId>();
    for (var item : items.values()) {
      if (item.request().replyToMessageId() != null) {
        wanted.add(item.request().replyToMessageId());
      }
      if (item.request().content() instanceof ReactionContent r && r.messageId() != null) {
        wanted.add(r.messageId());
      }
    }
    var found = new HashMap<MessageId, Message>();
    if (!wanted.isEmpty()) {
      messages.findAll(tx, wanted).forEach(m -> found.put(m.id(), m));
    }
    return found;
  }

  private Outbox.Draft draft(
      Addressed item, Conversation conversation, Map<MessageId, Message> quoted, Instant now) {
    var request = item.request();
    var due = request.scheduledAt();
    var later = due != null && due.isAfter(now) ? due : null;
    var content = (MessageContent) request.content();
    if (later == null) {
      checkWindow(item.channel(), conversation, content, now);
    }
    return new Outbox.Draft(
        outbox.nextId(),
        conversation,
        reacting(item.sound().fit().content(), quoted),
        item.sound().fit().adapted(),
        context(request, quoted),
        MessageSource.API,
        Objects.requireNonNullElse(request.priority(), MessagePriority.CONVERSATION),
        Objects.requireNonNullElse(request.metadata(), Map.of()),
        later);
  }

  private void checkWindow(
      Channel channel, Conversation conversation, MessageContent content, Instant now) {
    var windowed = channels.capabilities(channel).window() != null;
    if (windowed && !(content instanceof TemplateContent) && !conversation.windowOpenAt(now)) {
      throw new Invalid(
          ProblemCode.WINDOW_CLOSED,
          "The person has not written within 24 hours: only a template can be sent.",
          List.of(new FieldError("/content/type", "window_closed", "must be template")));
    }
  }

  private static MessageContent reacting(MessageContent content, Map<MessageId, Message> quoted) {
    if (content instanceof ReactionContent reaction && reaction.messageId() != null) {
      var target = known(quoted, reaction.messageId(), "/content/message_id");
      return reaction.toBuilder().providerMessageId(target.providerMessageId()).build();
    }
    return content;
  }

  private static @Nullable MessageContext context(
      SendMessageRequest request, Map<MessageId, Message> quoted) {
    if (request.replyToMessageId() == null) {
      return null;
    }
    var target = known(quoted, request.replyToMessageId(), "/reply_to_message_id");
    return MessageContext.builder()
        .replyToMessageId(target.id())
        .replyToProviderId(target.providerMessageId())
        .build();
  }

  private static Message known(Map<MessageId, Message> quoted, MessageId id, String pointer) {
    var target = quoted.get(id);
    if (target == null || target.providerMessageId() == null) {
      throw Recipients.invalid(pointer, "not_found", "is no message that the provider knows");
    }
    return target;
  }
}
