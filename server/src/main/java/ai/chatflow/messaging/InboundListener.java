package ai.chatflow.messaging;

import ai.chatflow.api.model.MessageContent;
import ai.chatflow.platform.db.WorkspaceTx;
import ai.chatflow.platform.ids.ChannelId;
import ai.chatflow.platform.ids.ContactId;
import ai.chatflow.platform.ids.MessageId;
import java.util.List;
import java.util.Set;

/// Whoever acts on received messages.
public interface InboundListener {
  /// A message that was just stored.
  record Candidate(
      MessageId message, ContactId contact, ChannelId channel, MessageContent content) {}

  /// Which of these messages `onInbound` is to be called for. Asked in the transaction that stores
  /// them, for many at once; the others cost nothing more. A message that follows one of the same
  /// contact that still waits is handed over in any case.
  Set<MessageId> wanted(WorkspaceTx tx, List<Candidate> candidates);

  /// Called once per message, in order per contact, in the transaction that takes the message off
  /// the queue: what the listener writes commits with it.
  void onInbound(WorkspaceTx tx, InboundWork work);
}
