package ai.chatflow.webhooks.delivery;

import ai.chatflow.webhooks.delivery.DeliveryStore.Delivery;
import ai.chatflow.webhooks.endpoints.Endpoint;
import ai.chatflow.webhooks.endpoints.Progress;
import java.util.List;

/// What is to be posted to one endpoint now.
///
/// @param secrets that count, the newest first
/// @param through the position that is reached when all calls were made
/// @param lost deliveries whose events are no longer kept
record Batch(
    Endpoint endpoint,
    Progress progress,
    List<String> secrets,
    List<Call> calls,
    long through,
    List<Delivery> lost) {

  boolean moves() {
    return through > progress.position() || !lost.isEmpty();
  }
}
