package ai.chatflow.messaging;

import ai.chatflow.api.model.Message;
import ai.chatflow.api.model.MessageAdaptation;
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
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A message about to be stored.
///
/// @param content what was asked for; the form that is sent follows from it and from `adapted`
///   (`Fallback.inForm`)
/// @param adapted in which other form it is sent; empty when as it is
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
    List<MessageAdaptation> adapted,
    @Nullable MessageContext context,
    @Nullable String providerId,
    Map<String, String> metadata,
    @Nullable Instant scheduledAt,
    @Nullable Instant sentAt) {
  public NewMessage {
    adapted = List.copyOf(adapted);
    metadata = Map.copyOf(metadata);
    scheduledAt = precise(scheduledAt);
    sentAt = precise(sentAt);
  }

  /// To the microsecond, as PostgreSQL keeps it.
  private static @Nullable Instant precise(@Nullable Instant at) {
    return at == null ? null : at.truncatedTo(ChronoUnit.MICROS);
  }

  /// What it is once it is stored: nothing of it is the database's to decide.
  Message stored(Instant at) {
    return Message.builder()
        .id(id)
        .channelId(channel)
        .conversationId(conversation)
        .contactId(contact)
        .direction(direction)
        .source(source)
        .status(status)
        .priority(priority)
        .content(content)
        .adapted(adapted.isEmpty() ? null : adapted)
        .context(context)
        .providerMessageId(providerId)
        .metadata(metadata)
        .scheduledAt(scheduledAt)
        .sentAt(sentAt)
        .createdAt(at)
        .updatedAt(at)
        .build();
  }
}
