package ai.chatflow.messaging;

import ai.chatflow.api.model.Message;
import ai.chatflow.api.model.MessageAdaptation;
import ai.chatflow.api.model.MessageContent;
import ai.chatflow.api.model.MessageContext;
import ai.chatflow.api.model.MessageDirection;
import ai.chatflow.api.model.MessagePriority;
import ai.chatflow.api.model.MessageSource;
import ai.chatflow.api.model.MessageStatus;
import ai.chatflow.messaging.ConversationStore.Advance;
import ai.chatflow.platform.db.WorkspaceTx;
import ai.chatflow.platform.ids.ConversationId;
import ai.chatflow.platform.ids.IdGenerator;
import ai.chatflow.platform.ids.MessageId;
import ai.chatflow.platform.lanes.Lanes;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Stores messages that are to be sent, and queues them: one commit with whatever caused them.
final class Outbox {
  private final IdGenerator ids;
  private final Lanes lanes;
  private final MessageEvents events;
  private final MessageStore messages = new MessageStore();
  private final ConversationStore conversations = new ConversationStore();
  private final SendQueueStore queue = new SendQueueStore();

  Outbox(IdGenerator ids, Lanes lanes, MessageEvents events) {
    this.ids = ids;
    this.lanes = lanes;
    this.events = events;
  }

  /// A message that was checked and may be sent.
  ///
  /// @param content what was asked for, which is what is shown
  /// @param adapted in which other form it is sent; empty when as it is
  /// @param dueAt null sends now
  record Draft(
      MessageId id,
      Conversation conversation,
      MessageContent content,
      List<MessageAdaptation> adapted,
      @Nullable MessageContext context,
      MessageSource source,
      MessagePriority priority,
      Map<String, String> metadata,
      @Nullable Instant dueAt) {}

  Draft draft(
      Conversation conversation,
      MessageContent content,
      List<MessageAdaptation> adapted,
      MessageSource source) {
    return new Draft(
        new MessageId(ids.next()),
        conversation,
        content,
        adapted,
        null,
        source,
        MessagePriority.CONVERSATION,
        Map.of(),
        null);
  }

  MessageId nextId() {
    return new MessageId(ids.next());
  }

  /// Stores the drafts, in no particular order of the answer.
  List<Message> accept(WorkspaceTx tx, List<Draft> drafts, Instant now) {
    if (drafts.isEmpty()) {
      return List.of();
    }
    conversations.advance(tx, advances(drafts, now), now);
    var stored = messages.insert(tx, drafts.stream().map(Outbox::row).toList(), now);
    queue.enqueue(
        tx,
        drafts.stream()
            .map(
                d ->
                    new SendQueueStore.Entry(
                        d.conversation().channel(), d.id(), d.priority(), d.dueAt()))
            .toList());
    for (var draft : drafts) {
      var due = draft.dueAt();
      lanes.wake(
          tx,
          SendQueueStore.lane(tx.workspace(), draft.conversation().channel()),
          due == null ? now : due);
    }
    events.measure(tx, stored);
    return stored;
  }

  private static List<Advance> advances(List<Draft> drafts, Instant now) {
    var byId = new TreeMap<ConversationId, Advance>(Comparator.comparing(ConversationId::value));
    drafts.forEach(
        d -> byId.put(d.conversation().id(), new Advance(d.conversation().id(), now, null, 0)));
    return List.copyOf(byId.values());
  }

  private static NewMessage row(Draft draft) {
    return new NewMessage(
        draft.id(),
        draft.conversation().channel(),
        draft.conversation().id(),
        draft.conversation().contact(),
        MessageDirection.OUTBOUND,
        draft.source(),
        draft.dueAt() == null ? MessageStatus.QUEUED : MessageStatus.SCHEDULED,
        draft.priority(),
        draft.content(),
        draft.adapted(),
        draft.context(),
        null,
        draft.metadata(),
        draft.dueAt(),
        null);
  }
}
