package ai.chatflow.webhooks.endpoints;

import ai.chatflow.api.model.WebhookEndpoint;
import ai.chatflow.api.model.WebhookEndpointStatus;

/// Shows endpoints as the contract has them.
public final class EndpointMapper {
  private EndpointMapper() {}

  public static WebhookEndpoint toApi(EndpointService.Shown shown) {
    return toApi(shown.endpoint(), shown.progress());
  }

  public static WebhookEndpoint toApi(Endpoint endpoint, Progress progress) {
    return new WebhookEndpoint(
        endpoint.id(),
        WebhookEndpoint.ObjectEnum.WEBHOOK_ENDPOINT,
        endpoint.url(),
        endpoint.description(),
        endpoint.wants().types(),
        endpoint.wants().channels(),
        endpoint.wants().condition(),
        endpoint.enabled() ? WebhookEndpointStatus.ENABLED : WebhookEndpointStatus.DISABLED,
        endpoint.disabledReason(),
        endpoint.ratePerSecond(),
        endpoint.notifyEmails(),
        progress.position(),
        progress.failingSince(),
        endpoint.metadata(),
        endpoint.createdAt(),
        endpoint.updatedAt());
  }
}
