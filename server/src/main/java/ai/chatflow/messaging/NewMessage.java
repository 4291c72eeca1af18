package ai.chatflow.messaging;

import ai.chatflow.api.model.MessageContent;
import ai.chatflow.api.model.MessageContext;
import ai.chatflow.api.model.MessageDirection;
import ai.chatflow.api.model.MessagePriority;
import ai.chatflow.api.model.MessageSource;
import ai.chatflow.api.model.MessageStatus;
import ai.chatflow.platform.ids.ChannelId;
import ai.chatflow.platform.ids.ContactId;
import ai.chatflow.platform.ids.ConversationId;
import ai.chatflow.platform.ids.MessageId;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A message about to be stored.
public record NewMessage(
    MessageId id,
    ChannelId channel,
    ConversationId conversation,
    @Nullable ContactId contact,
    MessageDirection direction,
    MessageSource source,
    MessageStatus status,
    @Nullable MessagePriority priority,
    MessageContent content,
    @Nullable MessageContext context,
    @Nullable String providerId,
    Map<String, String> metadata,
    @Nullable Instant scheduledAt,
    @Nullable Instant sentAt) {
  public NewMessage {
    metadata = Map.copyOf(metadata);
  }
}
