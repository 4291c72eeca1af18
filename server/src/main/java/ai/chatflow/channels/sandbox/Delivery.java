package ai.chatflow.channels.sandbox;

import ai.chatflow.api.model.MessageContent;
import ai.chatflow.api.model.SandboxMessage.StatusEnum;
import ai.chatflow.platform.ids.MessageId;
import java.time.Instant;
import java.util.UUID;

/// A message as the simulated handset received it.
///
/// @param id its id at the simulated provider
record Delivery(
    UUID id,
    MessageId messageId,
    String recipient,
    MessageContent content,
    StatusEnum status,
    Instant createdAt,
    Instant updatedAt) {

  String providerId() {
    return providerId(id);
  }

  /// How an id of the simulated provider is written.
  static String providerId(UUID id) {
    return "sbx." + id;
  }
}
