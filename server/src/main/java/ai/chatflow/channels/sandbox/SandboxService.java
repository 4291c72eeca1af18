package ai.chatflow.channels.sandbox;

import ai.chatflow.api.model.ChannelType;
import ai.chatflow.api.model.ContactIdentity;
import ai.chatflow.api.model.ContactIdentityKind;
import ai.chatflow.api.model.CreateSandboxMessageRequest;
import ai.chatflow.api.model.Message;
import ai.chatflow.api.model.MessageContent;
import ai.chatflow.api.model.MessageContext;
import ai.chatflow.api.model.ProblemCode;
import ai.chatflow.api.model.ReactionContent;
import ai.chatflow.api.model.SandboxMessage.StatusEnum;
import ai.chatflow.channels.ChannelService;
import ai.chatflow.channels.InboundSink;
import ai.chatflow.channels.InboundUpdate.MessageIn;
import ai.chatflow.channels.InboundUpdate.Origin;
import ai.chatflow.channels.Party;
import ai.chatflow.channels.StoredMessages;
import ai.chatflow.platform.db.Db;
import ai.chatflow.platform.errors.Conflict;
import ai.chatflow.platform.errors.FieldError;
import ai.chatflow.platform.errors.Invalid;
import ai.chatflow.platform.errors.NotFound;
import ai.chatflow.platform.http.Page;
import ai.chatflow.platform.http.PageRequest;
import ai.chatflow.platform.ids.ChannelId;
import ai.chatflow.platform.ids.IdGenerator;
import ai.chatflow.platform.ids.MessageId;
import ai.chatflow.platform.ids.WorkspaceId;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The simulated handset: what it received, and what it writes and reports.
public final class SandboxService {
  private final Db db;
  private final ChannelService channels;
  private final InboundSink sink;
  private final StoredMessages messages;
  private final IdGenerator ids;
  private final InstantSource clock;
  private final SandboxStore store = new SandboxStore();

  public SandboxService(
      Db db,
      ChannelService channels,
      InboundSink sink,
      StoredMessages messages,
      IdGenerator ids,
      InstantSource clock) {
    this.db = db;
    this.channels = channels;
    this.sink = sink;
    this.messages = messages;
    this.ids = ids;
    this.clock = clock;
  }

  /// What the handsets of a channel received, newest first.
  Page<Delivery> list(
      WorkspaceId workspace, ChannelId channel, @Nullable String recipient, PageRequest page) {
    requireSandbox(workspace, channel);
    return page.newestFirst(
        (before, limit) ->
            db.inTransaction(workspace, tx -> store.list(tx, channel, recipient, before, limit)),
        Delivery::id);
  }

  /// Writes as the person; returns the message as it was stored.
  public Message write(
      WorkspaceId workspace, ChannelId channel, CreateSandboxMessageRequest request) {
    requireSandbox(workspace, channel);
    MessageId quoted = request.replyToMessageId();
    String replyTo = quoted == null ? null : providerId(workspace, quoted, "/reply_to_message_id");
    String providerId = Delivery.providerId(ids.next());
    var identity = new ContactIdentity(ContactIdentityKind.PHONE, request.from());
    var written =
        new MessageIn(
            providerId,
            clock.instant(),
            new Party(List.of(identity), request.name()),
            Origin.CONTACT,
            content(workspace, request),
            replyTo == null ? null : MessageContext.builder().replyToProviderId(replyTo).build(),
            replyTo,
            null,
            null);
    SandboxReceipts.accept(sink, workspace, channel, List.of(written));
    return messages
        .byProviderId(workspace, channel, providerId)
        .orElseThrow(() -> new IllegalStateException("an accepted message was not stored"));
  }

  /// Reports as the handset; returns the message as it then stands.
  public Message report(
      WorkspaceId workspace, ChannelId channel, MessageId message, StatusEnum status) {
    requireSandbox(workspace, channel);
    Delivery delivery =
        db.inTransaction(workspace, tx -> store.find(tx, channel, message))
            .orElseThrow(() -> unknown(message));
    boolean neverRead =
        MagicNumber.of(delivery.recipient()).filter(MagicNumber.NEVER_READ::equals).isPresent();
    if (status == StatusEnum.READ && neverRead) {
      throw new Conflict(
          ProblemCode.CONFLICT, "Numbers ending in 0009 never say that they have read.");
    }
    Instant now = clock.instant();
    var update = SandboxReceipts.status(delivery.providerId(), message, status, now);
    SandboxReceipts.accept(sink, workspace, channel, List.of(update));
    db.useTransaction(workspace, tx -> store.setStatus(tx, channel, message, status, now));
    return messages.byId(workspace, message).orElseThrow(() -> unknown(message));
  }

  /// A reaction names our message; the provider knows it by another id.
  private MessageContent content(WorkspaceId workspace, CreateSandboxMessageRequest request) {
    var content = (MessageContent) request.content();
    if (content instanceof ReactionContent reaction
        && reaction.providerMessageId() == null
        && reaction.messageId() != null) {
      String id = providerId(workspace, reaction.messageId(), "/content/message_id");
      return reaction.toBuilder().providerMessageId(id).build();
    }
    return content;
  }

  private String providerId(WorkspaceId workspace, MessageId message, String pointer) {
    return messages
        .byId(workspace, message)
        .map(Message::providerMessageId)
        .orElseThrow(
            () ->
                new Invalid(
                    ProblemCode.VALIDATION_FAILED,
                    "The handset does not know this message.",
                    List.of(new FieldError(pointer, "unknown", "The handset does not know it."))));
  }

  private void requireSandbox(WorkspaceId workspace, ChannelId id) {
    if (channels.get(workspace, id).type() != ChannelType.SANDBOX) {
      throw new NotFound(ProblemCode.NOT_FOUND, "No sandbox channel " + id + ".");
    }
  }

  private static NotFound unknown(MessageId message) {
    return new NotFound(ProblemCode.NOT_FOUND, "The handset has not received " + message + ".");
  }
}
