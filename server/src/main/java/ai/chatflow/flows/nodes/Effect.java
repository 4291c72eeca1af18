package ai.chatflow.flows.nodes;

import ai.chatflow.api.model.MessageContent;

/// What a flow wants done in the world. The runner does it in the session's transaction.
public sealed interface Effect {
  /// Sends a message to the contact of the session.
  record Send(String nodeId, MessageContent content) implements Effect {}
}
