package ai.chatflow.messaging;

import ai.chatflow.platform.db.WorkspaceTx;

/// Whoever acts on received messages. Called once per message, in order per contact, in the
/// transaction that takes the message off the queue: what the listener writes commits with it.
public interface InboundListener {
  void onInbound(WorkspaceTx tx, InboundWork work);
}
