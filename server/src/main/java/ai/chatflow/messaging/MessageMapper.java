package ai.chatflow.messaging;

import ai.chatflow.api.model.Message;
import ai.chatflow.api.model.MessageStatus;

/// What of a stored message is shown.
final class MessageMapper {
  private MessageMapper() {}

  /// A failure that delivery disproved is kept, but not shown.
  static Message shown(Message message) {
    return message.error() == null || message.status() == MessageStatus.FAILED
        ? message
        : message.toBuilder().error(null).build();
  }
}
