package ai.chatflow.messaging;

import ai.chatflow.api.model.ConversationGroup;
import ai.chatflow.api.model.ConversationWindow;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// Domain to contract.
final class ConversationMapper {
  private ConversationMapper() {}

  static ai.chatflow.api.model.Conversation toApi(Conversation conversation, Instant now) {
    return ai.chatflow.api.model.Conversation.builder()
        .id(conversation.id())
        ._object(ai.chatflow.api.model.Conversation.ObjectEnum.CONVERSATION)
        .channelId(conversation.channel())
        .contactId(conversation.contact())
        .group(group(conversation))
        .status(conversation.status())
        .window(
            new ConversationWindow(
                conversation.windowOpenAt(now), conversation.windowExpiresAt()))
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
