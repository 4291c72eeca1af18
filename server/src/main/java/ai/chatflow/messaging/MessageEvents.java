package ai.chatflow.messaging;

import ai.chatflow.api.model.ConversationEventData;
import ai.chatflow.api.model.Message;
import ai.chatflow.api.model.MessageEventData;
import ai.chatflow.api.model.MessagePriority;
import ai.chatflow.api.model.MessageStatus;
import ai.chatflow.platform.db.WorkspaceTx;
import ai.chatflow.platform.events.EventLog;
import ai.chatflow.platform.events.EventLog.NewEvent;
import ai.chatflow.platform.events.EventType;
import ai.chatflow.platform.telemetry.Telemetry;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/// Says what happened to messages and conversations.
public final class MessageEvents {
  private final EventLog log;
  private final Telemetry telemetry;

  public MessageEvents(EventLog log, Telemetry telemetry) {
    this.log = log;
    this.telemetry = telemetry;
  }

  public void append(WorkspaceTx tx, EventType type, Message message) {
    log.append(tx, List.of(event(type, message)));
  }

  /// The events of the statuses that messages have reached; none for those before they are sent.
  public void reached(WorkspaceTx tx, Collection<Message> messages) {
    log.append(
        tx,
        messages.stream()
            .flatMap(m -> typeOf(m.status()).map(type -> event(type, m)).stream())
            .toList());
    measure(tx, messages);
  }

  /// Counts messages by the status that they have reached, once that is committed.
  void measure(WorkspaceTx tx, Collection<Message> messages) {
    var counts =
        messages.stream()
            .collect(Collectors.groupingBy(m -> m.status().value(), Collectors.counting()));
    tx.afterCommit(
        () -> counts.forEach((status, count) -> telemetry.reached(status, count.intValue())));
  }

  public void created(WorkspaceTx tx, Collection<Conversation> conversations, Instant now) {
    log.append(
        tx,
        conversations.stream()
            .map(c -> new ConversationEventData(MessagingMapper.toApi(c, now)))
            .map(data -> new NewEvent(EventType.CONVERSATION_CREATED, data))
            .toList());
  }

  private static NewEvent event(EventType type, Message message) {
    return new NewEvent(
        type, new MessageEventData(MessagingMapper.shown(message)), origin(message));
  }

  /// Statuses of campaigns come in floods and must not delay the rest.
  private static String origin(Message message) {
    return message.priority() == MessagePriority.CAMPAIGN ? "campaign" : EventLog.DIRECT;
  }

  private static Optional<EventType> typeOf(MessageStatus status) {
    return switch (status) {
      case SENT -> Optional.of(EventType.MESSAGE_SENT);
      case DELIVERED -> Optional.of(EventType.MESSAGE_DELIVERED);
      case READ -> Optional.of(EventType.MESSAGE_READ);
      case FAILED -> Optional.of(EventType.MESSAGE_FAILED);
      case UNKNOWN -> Optional.of(EventType.MESSAGE_UNKNOWN);
      case CANCELLED -> Optional.of(EventType.MESSAGE_CANCELLED);
      case RECEIVED -> Optional.of(EventType.MESSAGE_RECEIVED);
      case SCHEDULED, QUEUED -> Optional.empty();
    };
  }
}
