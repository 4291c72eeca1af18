package ai.chatflow.channels.whatsappcloud;

import ai.chatflow.api.model.MessageError;
import ai.chatflow.api.model.MessagePricing;
import ai.chatflow.api.model.MessageStatus;
import ai.chatflow.channels.InboundUpdate.RevokeIn;
import ai.chatflow.channels.InboundUpdate.StatusIn;
import ai.chatflow.channels.wire.Json;
import ai.chatflow.platform.ids.MessageId;
import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Reads what became of messages that we sent. Source: Meta, "Webhooks › messages › status".
final class StatusReader {
  private final Collector.Target target;
  private final Instant otherwise;

  StatusReader(Collector.Target target, Instant otherwise) {
    this.target = target;
    this.otherwise = otherwise;
  }

  void read(JsonNode status) {
    String providerId = Json.required(status, "id");
    String name = Json.required(status, "status");
    Instant at = Json.seconds(status, "timestamp", otherwise);
    if ("deleted".equals(name)) {
      target.add(new RevokeIn(providerId, at));
      return;
    }
    MessageStatus known = status(name);
    if (known == null) {
      target.notice("statuses", name, status, at);
      return;
    }
    MessageError error = known == MessageStatus.FAILED ? error(status) : null;
    target.add(
        new StatusIn(providerId, known, at, ourId(status), error, pricing(status.get("pricing"))));
  }

  /// Meta's word for a status as ours; `played` says of a voice note what `read` says of a text.
  static @Nullable MessageStatus status(String name) {
    return switch (name) {
      case "sent" -> MessageStatus.SENT;
      case "delivered" -> MessageStatus.DELIVERED;
      case "read", "played" -> MessageStatus.READ;
      case "failed" -> MessageStatus.FAILED;
      default -> null;
    };
  }

  /// Absent when the message was sent past us, by another application on the same number.
  private static @Nullable MessageId ourId(JsonNode status) {
    String data = Json.text(status, "biz_opaque_callback_data");
    if (data == null) {
      return null;
    }
    try {
      return MessageId.fromString(data);
    } catch (IllegalArgumentException _) {
      return null;
    }
  }

  private static MessageError error(JsonNode status) {
    List<JsonNode> errors = Json.elements(status, "errors");
    return WhatsAppErrors.messageError(
        errors.isEmpty() ? Json.MAPPER.createObjectNode() : errors.getFirst());
  }

  private static @Nullable MessagePricing pricing(@Nullable JsonNode pricing) {
    if (pricing == null || !pricing.isObject()) {
      return null;
    }
    return MessagePricing.builder()
        .billable(Json.bool(pricing, "billable"))
        .category(Json.text(pricing, "category"))
        .model(Json.text(pricing, "pricing_model"))
        .type(Json.text(pricing, "type"))
        .build();
  }
}
