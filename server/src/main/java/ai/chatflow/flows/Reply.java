package ai.chatflow.flows;

import ai.chatflow.api.model.MessageContent;

/// Answers in the conversation that a message came from, in the transaction of that message.
@FunctionalInterface
interface Reply {
  void send(MessageContent content);
}
