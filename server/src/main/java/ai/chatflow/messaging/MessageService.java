package ai.chatflow.messaging;

import ai.chatflow.api.model.Message;
import ai.chatflow.api.model.MessageContent;
import ai.chatflow.api.model.MessageDirection;
import ai.chatflow.api.model.MessageStatus;
import ai.chatflow.api.model.ProblemCode;
import ai.chatflow.api.model.SendMessageRequest;
import ai.chatflow.channels.StoredMessages;
import ai.chatflow.platform.db.Db;
import ai.chatflow.platform.db.WorkspaceTx;
import ai.chatflow.platform.errors.Conflict;
import ai.chatflow.platform.errors.NotFound;
import ai.chatflow.platform.http.Page;
import ai.chatflow.platform.http.PageRequest;
import ai.chatflow.platform.ids.ChannelId;
import ai.chatflow.platform.ids.MessageId;
import ai.chatflow.platform.ids.WorkspaceId;
import ai.chatflow.platform.lanes.Lanes;
import java.time.InstantSource;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/// The door to messages.
public final class MessageService implements StoredMessages {
  private final Db db;
  private final MessageSender sender;
  private final Outbox outbox;
  private final SendRecorder recorder;
  private final Receipts receipts;
  private final Lanes lanes;
  private final InstantSource clock;
  private final MessageStore store = new MessageStore();
  private final ConversationStore conversations = new ConversationStore();
  private final ProviderRefStore refs = new ProviderRefStore();
  private final SendQueueStore queue = new SendQueueStore();

  MessageService(
      Db db,
      MessageSender sender,
      Outbox outbox,
      SendRecorder recorder,
      Receipts receipts,
      Lanes lanes,
      InstantSource clock) {
    this.db = db;
    this.sender = sender;
    this.outbox = outbox;
    this.recorder = recorder;
    this.receipts = receipts;
    this.lanes = lanes;
    this.clock = clock;
  }

  public Message get(WorkspaceId workspace, MessageId id) {
    return db.inTransaction(workspace, tx -> require(tx, id));
  }

  /// Those of the messages that exist, by id.
  public Map<MessageId, Message> getAll(WorkspaceId workspace, Collection<MessageId> wanted) {
    return db.inTransaction(workspace, tx -> store.findAll(tx, wanted)).stream()
        .collect(Collectors.toMap(Message::id, Function.identity()));
  }

  public Page<Message> list(WorkspaceId workspace, MessageStore.Filter filter, PageRequest page) {
    return page.newestFirst(
        (before, limit) -> db.inTransaction(workspace, tx -> store.list(tx, filter, before, limit)),
        message -> message.id().value());
  }

  /// Where a message stands in a list.
  public static String position(Message message) {
    return message.id().value().toString();
  }

  /// Checks, stores and queues messages; each has its own verdict.
  List<MessageSender.Verdict> send(WorkspaceId workspace, List<SendMessageRequest> requests) {
    return db.inTransaction(workspace, tx -> sender.send(tx, requests));
  }

  /// Says something in a conversation, in the transaction of what caused it. The window is checked
  /// before it is sent: a flow answers a person who has just written.
  public Message sendFromFlow(WorkspaceTx tx, Conversation conversation, MessageContent content) {
    var draft = sender.fromFlow(tx, conversation, content);
    return outbox.accept(tx, List.of(draft), clock.instant()).getFirst();
  }

  /// Takes a message back that is scheduled or queued; once it is under way it is too late.
  public Message cancel(WorkspaceId workspace, MessageId id) {
    return db.inTransaction(
        workspace,
        tx -> {
          var message = locked(tx, id);
          if (message.status() == MessageStatus.CANCELLED) {
            return message;
          }
          if (!queue.withdraw(tx, id)) {
            throw new Conflict(
                ProblemCode.MESSAGE_NOT_CANCELLABLE,
                "The message is " + message.status() + " or being sent.");
          }
          recorder.conclude(tx, List.of(id), MessageStatus.CANCELLED, null);
          return require(tx, id);
        });
  }

  /// Sends a message of unknown outcome again: the caller's explicit choice.
  public Message resend(WorkspaceId workspace, MessageId id) {
    return db.inTransaction(
        workspace,
        tx -> {
          var message = locked(tx, id);
          if (message.status() != MessageStatus.UNKNOWN) {
            throw new Conflict(
                ProblemCode.MESSAGE_NOT_RESENDABLE,
                "The message is " + message.status() + ", not unknown.");
          }
          var now = clock.instant();
          var queued = message.toBuilder().status(MessageStatus.QUEUED).build();
          var updated = store.updateStatuses(tx, List.of(queued), now).getFirst();
          queue.enqueue(
              tx,
              List.of(
                  new SendQueueStore.Entry(
                      message.channelId(), id, SendRecorder.priority(message), null)));
          lanes.wake(tx, SendQueueStore.lane(workspace, message.channelId()), now);
          return updated;
        });
  }

  /// Shows the person that a message was read, and clears the unread count.
  public Message markRead(WorkspaceId workspace, MessageId id, boolean typing) {
    return db.inTransaction(
        workspace,
        tx -> {
          var message = require(tx, id);
          if (message.direction() != MessageDirection.INBOUND) {
            throw new Conflict(
                ProblemCode.CONFLICT, "Only a received message can be marked as read.");
          }
          var now = clock.instant();
          conversations.clearUnread(tx, message.conversationId(), now);
          Optional.ofNullable(message.providerMessageId())
              .ifPresent(
                  providerId -> {
                    receipts.enqueue(tx, message.channelId(), id, providerId, typing);
                    lanes.wake(tx, SendQueueStore.lane(workspace, message.channelId()), now);
                  });
          return message;
        });
  }

  @Override
  public Optional<Message> byId(WorkspaceId workspace, MessageId id) {
    return db.inTransaction(workspace, tx -> store.find(tx, id)).map(MessagingMapper::shown);
  }

  @Override
  public Optional<Message> byProviderId(
      WorkspaceId workspace, ChannelId channel, String providerId) {
    var key = new ProviderRefStore.Key(channel, providerId);
    return db.inTransaction(
        workspace,
        tx ->
            Optional.ofNullable(refs.messages(tx, List.of(key)).get(key))
                .flatMap(id -> store.find(tx, id))
                .map(MessagingMapper::shown));
  }

  private Message require(WorkspaceTx tx, MessageId id) {
    return store.find(tx, id).orElseThrow(() -> unknown(id));
  }

  private Message locked(WorkspaceTx tx, MessageId id) {
    return store.lock(tx, List.of(id)).stream().findFirst().orElseThrow(() -> unknown(id));
  }

  private static NotFound unknown(MessageId id) {
    return new NotFound(ProblemCode.NOT_FOUND, "No message " + id + ".");
  }
}
