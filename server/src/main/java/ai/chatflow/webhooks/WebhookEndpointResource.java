package ai.chatflow.webhooks;

import ai.chatflow.api.WebhookEndpointsApi;
import ai.chatflow.api.model.CreateWebhookEndpointRequest;
import ai.chatflow.api.model.CreatedWebhookEndpoint;
import ai.chatflow.api.model.Operation;
import ai.chatflow.api.model.RecoverWebhookEndpointRequest;
import ai.chatflow.api.model.ReplayWebhookEndpointRequest;
import ai.chatflow.api.model.ResendWebhookEventRequest;
import ai.chatflow.api.model.TestWebhookEndpointRequest;
import ai.chatflow.api.model.UpdateWebhookEndpointRequest;
import ai.chatflow.api.model.WebhookAttemptPage;
import ai.chatflow.api.model.WebhookAttemptStatus;
import ai.chatflow.api.model.WebhookDelivery;
import ai.chatflow.api.model.WebhookDeliveryPage;
import ai.chatflow.api.model.WebhookDeliveryStatus;
import ai.chatflow.api.model.WebhookEndpoint;
import ai.chatflow.api.model.WebhookEndpointPage;
import ai.chatflow.operations.OperationMapper;
import ai.chatflow.platform.context.RequestContext;
import ai.chatflow.platform.http.ETags;
import ai.chatflow.platform.http.Pages;
import ai.chatflow.platform.ids.WebhookEndpointId;
import ai.chatflow.platform.ids.WorkspaceId;
import ai.chatflow.webhooks.delivery.DeliveryMapper;
import ai.chatflow.webhooks.delivery.Recoveries;
import ai.chatflow.webhooks.delivery.Resends;
import ai.chatflow.webhooks.endpoints.EndpointMapper;
import ai.chatflow.webhooks.endpoints.EndpointPatch;
import ai.chatflow.webhooks.endpoints.EndpointService;

/// `/v1/webhook-endpoints`.
final class WebhookEndpointResource implements WebhookEndpointsApi {
  private final EndpointService endpoints;
  private final Resends resends;
  private final Recoveries recoveries;
  private final Pages pages;

  WebhookEndpointResource(
      EndpointService endpoints, Resends resends, Recoveries recoveries, Pages pages) {
    this.endpoints = endpoints;
    this.resends = resends;
    this.recoveries = recoveries;
    this.pages = pages;
  }

  @Override
  public WebhookEndpointPage listWebhookEndpoints(Integer limit, String cursor) {
    var request = pages.request("webhook-endpoints", limit, cursor);
    return request.answer(
        endpoints.list(workspace(), request.page()),
        EndpointMapper::toApi,
        (data, more, next) ->
            new WebhookEndpointPage(WebhookEndpointPage.ObjectEnum.LIST, data, more, next));
  }

  @Override
  public CreatedWebhookEndpoint createWebhookEndpoint(CreateWebhookEndpointRequest body) {
    return shown(endpoints.create(workspace(), body));
  }

  @Override
  public WebhookEndpoint getWebhookEndpoint(WebhookEndpointId id) {
    return shown(endpoints.get(workspace(), id));
  }

  @Override
  public WebhookEndpoint updateWebhookEndpoint(
      WebhookEndpointId id, UpdateWebhookEndpointRequest body, String ifMatch) {
    var patch =
        new EndpointPatch(
            body.url(),
            body.description(),
            body.eventTypes(),
            body.channelIds(),
            body.condition(),
            body.ratePerSecond(),
            body.notifyEmails(),
            body.metadata());
    return shown(endpoints.update(workspace(), id, ifMatch, patch));
  }

  @Override
  public void deleteWebhookEndpoint(WebhookEndpointId id, String ifMatch) {
    endpoints.delete(workspace(), id, ifMatch);
  }

  @Override
  public WebhookEndpoint enableWebhookEndpoint(WebhookEndpointId id) {
    return shown(endpoints.enable(workspace(), id));
  }

  @Override
  public WebhookEndpoint disableWebhookEndpoint(WebhookEndpointId id) {
    return shown(endpoints.disable(workspace(), id));
  }

  @Override
  public CreatedWebhookEndpoint rotateWebhookEndpointSecret(WebhookEndpointId id) {
    return shown(endpoints.rotate(workspace(), id));
  }

  @Override
  public WebhookAttemptPage listWebhookEndpointAttempts(
      WebhookEndpointId id, Integer limit, String cursor, WebhookAttemptStatus status) {
    var request = pages.request("webhook-attempts", limit, cursor, id, status);
    var succeeded = status == null ? null : status == WebhookAttemptStatus.SUCCEEDED;
    return request.answer(
        resends.attempts(workspace(), id, succeeded, request.page()),
        DeliveryMapper::toApi,
        (data, more, next) ->
            new WebhookAttemptPage(WebhookAttemptPage.ObjectEnum.LIST, data, more, next));
  }

  @Override
  public WebhookDeliveryPage listWebhookEndpointDeliveries(
      WebhookEndpointId id, Integer limit, String cursor, WebhookDeliveryStatus status) {
    var request = pages.request("webhook-deliveries", limit, cursor, id, status);
    return request.answer(
        resends.deliveries(workspace(), id, status == null ? null : status.value(), request.page()),
        DeliveryMapper::toApi,
        (data, more, next) ->
            new WebhookDeliveryPage(WebhookDeliveryPage.ObjectEnum.LIST, data, more, next));
  }

  @Override
  public WebhookDelivery testWebhookEndpoint(
      WebhookEndpointId id, TestWebhookEndpointRequest body) {
    return DeliveryMapper.toApi(resends.test(workspace(), id, body.type()));
  }

  @Override
  public WebhookDelivery resendWebhookEndpointEvent(
      WebhookEndpointId id, ResendWebhookEventRequest body) {
    return DeliveryMapper.toApi(resends.resend(workspace(), id, body.position()));
  }

  @Override
  public Operation recoverWebhookEndpoint(
      WebhookEndpointId id, RecoverWebhookEndpointRequest body) {
    return OperationMapper.accepted(
        recoveries.recover(workspace(), id, body.since(), RequestContext.current().requestId()));
  }

  @Override
  public Operation replayWebhookEndpoint(WebhookEndpointId id, ReplayWebhookEndpointRequest body) {
    return OperationMapper.accepted(
        recoveries.replay(workspace(), id, body.since(), RequestContext.current().requestId()));
  }

  private static WorkspaceId workspace() {
    return RequestContext.current().workspace();
  }

  private static CreatedWebhookEndpoint shown(EndpointService.Created created) {
    return new CreatedWebhookEndpoint(shown(created.shown()), created.secret());
  }

  private static WebhookEndpoint shown(EndpointService.Shown shown) {
    ETags.show(shown.endpoint().version());
    return EndpointMapper.toApi(shown);
  }
}
