package ai.chatflow.messaging;

import ai.chatflow.api.model.ConversationGroup;
import ai.chatflow.api.model.ConversationWindow;
import ai.chatflow.api.model.Message;
import ai.chatflow.api.model.MessageStatus;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// Domain to contract, and what of a stored message is shown.
final class MessagingMapper {
  private MessagingMapper() {}

  /// A failure that delivery disproved is kept, but not shown.
  static Message shown(Message message) {
    return message.error() == null || message.status() == MessageStatus.FAILED
        ? message
        : message.toBuilder().error(null).build();
  }

  static ai.chatflow.api.model.Conversation toApi(Conversation conversation, Instant now) {
    return ai.chatflow.api.model.Conversation.builder()
        .id(conversation.id())
        ._object(ai.chatflow.api.model.Conversation.ObjectEnum.CONVERSATION)
        .channelId(conversation.channel())
        .contactId(conversation.contact())
        .group(group(conversation))
        .status(conversation.status())
        .window(
            new ConversationWindow(conversation.windowOpenAt(now), conversation.windowExpiresAt()))
        .unreadCount(conversation.unreadCount())
        .lastMessageAt(conversation.lastMessageAt())
        .createdAt(conversation.createdAt())
        .updatedAt(conversation.updatedAt())
        .build();
  }

  private static @Nullable ConversationGroup group(Conversation conversation) {
    var group = conversation.group();
    return group == null ? null : new ConversationGroup(group.providerId(), group.subject());
  }
}
