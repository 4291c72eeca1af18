package ai.chatflow.webhooks.delivery;

import ai.chatflow.api.model.WebhookAttempt;
import ai.chatflow.api.model.WebhookAttemptStatus;
import ai.chatflow.api.model.WebhookDelivery;
import ai.chatflow.api.model.WebhookDeliveryStatus;
import ai.chatflow.webhooks.delivery.AttemptStore.Attempt;
import ai.chatflow.webhooks.delivery.DeliveryStore.Delivery;

/// Shows deliveries and attempts as the contract has them.
public final class DeliveryMapper {
  private DeliveryMapper() {}

  public static WebhookDelivery toApi(Delivery delivery) {
    return new WebhookDelivery(
        delivery.id(),
        WebhookDelivery.ObjectEnum.WEBHOOK_DELIVERY,
        delivery.endpoint(),
        delivery.event(),
        delivery.type(),
        delivery.position(),
        delivery.dead() ? WebhookDeliveryStatus.DEAD : WebhookDeliveryStatus.PENDING,
        delivery.attempts(),
        delivery.dead() ? null : delivery.dueAt(),
        delivery.lastError(),
        delivery.createdAt(),
        delivery.updatedAt());
  }

  public static WebhookAttempt toApi(Attempt attempt) {
    return new WebhookAttempt(
        attempt.id(),
        WebhookAttempt.ObjectEnum.WEBHOOK_ATTEMPT,
        attempt.endpoint(),
        attempt.event(),
        attempt.type(),
        attempt.position(),
        attempt.attempt(),
        attempt.succeeded() ? WebhookAttemptStatus.SUCCEEDED : WebhookAttemptStatus.FAILED,
        attempt.status(),
        attempt.body(),
        attempt.error(),
        attempt.durationMs(),
        attempt.createdAt());
  }
}
