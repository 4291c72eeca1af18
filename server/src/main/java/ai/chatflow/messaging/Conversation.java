package ai.chatflow.messaging;

import ai.chatflow.api.model.ConversationStatus;
import ai.chatflow.channels.Group;
import ai.chatflow.platform.ids.ChannelId;
import ai.chatflow.platform.ids.ContactId;
import ai.chatflow.platform.ids.ConversationId;
import ai.chatflow.platform.ids.WorkspaceId;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// All that one contact (or group) and one channel have said to each other.
///
/// @param contact null for a group
/// @param address where the provider delivers what we say
/// @param windowExpiresAt when anything but a template stops being allowed; null before the first
///   message of the person
public record Conversation(
    WorkspaceId workspace,
    ConversationId id,
    ChannelId channel,
    @Nullable ContactId contact,
    @Nullable Group group,
    String address,
    ConversationStatus status,
    @Nullable Instant windowExpiresAt,
    int unreadCount,
    @Nullable Instant lastMessageAt,
    int version,
    Instant createdAt,
    Instant updatedAt) {

  public boolean windowOpenAt(Instant now) {
    return windowExpiresAt != null && now.isBefore(windowExpiresAt);
  }
}
