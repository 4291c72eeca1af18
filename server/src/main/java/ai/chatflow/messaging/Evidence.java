package ai.chatflow.messaging;

import ai.chatflow.api.model.Message;
import ai.chatflow.api.model.MessageError;
import ai.chatflow.api.model.MessagePricing;
import ai.chatflow.api.model.MessageStatus;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// What is known of an outbound message's fate. Joining two pieces of evidence is commutative,
/// associative and idempotent, so duplicates and any order of arrival end in the same state.
public record Evidence(
    MessageStatus status,
    @Nullable Instant sentAt,
    @Nullable Instant deliveredAt,
    @Nullable Instant readAt,
    @Nullable Instant failedAt,
    @Nullable MessageError error,
    @Nullable MessagePricing pricing,
    @Nullable String providerId) {

  /// One report of a provider, or of our own send.
  public static Evidence of(
      MessageStatus status,
      Instant at,
      @Nullable MessageError error,
      @Nullable MessagePricing pricing,
      @Nullable String providerId) {
    return new Evidence(
        status,
        status == MessageStatus.SENT ? at : null,
        status == MessageStatus.DELIVERED ? at : null,
        status == MessageStatus.READ ? at : null,
        status == MessageStatus.FAILED ? at : null,
        error,
        pricing,
        providerId);
  }

  public static Evidence of(Message message) {
    return new Evidence(
        message.status(),
        message.sentAt(),
        message.deliveredAt(),
        message.readAt(),
        message.failedAt(),
        message.error(),
        message.pricing(),
        message.providerMessageId());
  }

  public Evidence join(Evidence other) {
    return new Evidence(
        StatusLadder.join(status, other.status),
        earlier(sentAt, other.sentAt),
        earlier(deliveredAt, other.deliveredAt),
        earlier(readAt, other.readAt),
        earlier(failedAt, other.failedAt),
        least(error, other.error),
        least(pricing, other.pricing),
        least(providerId, other.providerId));
  }

  /// The message with this evidence as its state.
  public Message on(Message message) {
    return message.toBuilder()
        .status(status)
        .sentAt(sentAt)
        .deliveredAt(deliveredAt)
        .readAt(readAt)
        .failedAt(failedAt)
        .error(error)
        .pricing(pricing)
        .providerMessageId(providerId)
        .build();
  }

  private static @Nullable Instant earlier(@Nullable Instant a, @Nullable Instant b) {
    if (a == null || b == null) {
      return a == null ? b : a;
    }
    return a.isBefore(b) ? a : b;
  }

  /// Either of two where one is known; of two different ones the same whatever the order.
  private static <T> @Nullable T least(@Nullable T a, @Nullable T b) {
    if (a == null || b == null) {
      return a == null ? b : a;
    }
    return a.toString().compareTo(b.toString()) <= 0 ? a : b;
  }
}
