package ai.chatflow.channels.sandbox;

import ai.chatflow.api.SandboxApi;
import ai.chatflow.api.model.CreateSandboxMessageRequest;
import ai.chatflow.api.model.CreateSandboxReceiptRequest;
import ai.chatflow.api.model.Message;
import ai.chatflow.api.model.SandboxMessage;
import ai.chatflow.api.model.SandboxMessagePage;
import ai.chatflow.platform.context.RequestContext;
import ai.chatflow.platform.http.Pages;
import ai.chatflow.platform.ids.ChannelId;

/// `/v1/channels/{id}/sandbox`.
public final class SandboxResource implements SandboxApi {
  private final SandboxService sandbox;
  private final Pages pages;

  public SandboxResource(SandboxService sandbox, Pages pages) {
    this.sandbox = sandbox;
    this.pages = pages;
  }

  @Override
  public SandboxMessagePage listSandboxMessages(
      ChannelId id, Integer limit, String cursor, String to) {
    var request = pages.request("sandbox-messages", limit, cursor, id, to);
    return request.answer(
        sandbox.list(RequestContext.current().workspace(), id, to, request.page()),
        SandboxResource::toApi,
        (data, more, next) ->
            new SandboxMessagePage(SandboxMessagePage.ObjectEnum.LIST, data, more, next));
  }

  @Override
  public Message createSandboxMessage(ChannelId id, CreateSandboxMessageRequest body) {
    return sandbox.write(RequestContext.current().workspace(), id, body);
  }

  @Override
  public Message createSandboxReceipt(ChannelId id, CreateSandboxReceiptRequest body) {
    return sandbox.report(
        RequestContext.current().workspace(),
        id,
        body.messageId(),
        SandboxMessage.StatusEnum.fromString(body.status().value()));
  }

  private static SandboxMessage toApi(Delivery delivery) {
    return SandboxMessage.builder()
        .id(delivery.providerId())
        .to(delivery.recipient())
        .messageId(delivery.messageId())
        .content(delivery.content())
        .status(delivery.status())
        .createdAt(delivery.createdAt())
        .updatedAt(delivery.updatedAt())
        .build();
  }
}
