package ai.chatflow.templates;

import ai.chatflow.api.MessageTemplatesApi;
import ai.chatflow.api.model.CreateMessageTemplateRequest;
import ai.chatflow.api.model.MessageTemplate;
import ai.chatflow.api.model.MessageTemplateCategory;
import ai.chatflow.api.model.MessageTemplatePage;
import ai.chatflow.api.model.MessageTemplateStatus;
import ai.chatflow.api.model.Operation;
import ai.chatflow.api.model.SyncMessageTemplatesRequest;
import ai.chatflow.api.model.UpdateMessageTemplateRequest;
import ai.chatflow.operations.OperationMapper;
import ai.chatflow.platform.context.RequestContext;
import ai.chatflow.platform.http.ETags;
import ai.chatflow.platform.http.Pages;
import ai.chatflow.platform.ids.ChannelId;
import ai.chatflow.platform.ids.MessageTemplateId;
import ai.chatflow.platform.ids.WorkspaceId;

/// `/v1/message-templates`.
final class MessageTemplateResource implements MessageTemplatesApi {
  private final TemplateService templates;
  private final Pages pages;

  MessageTemplateResource(TemplateService templates, Pages pages) {
    this.templates = templates;
    this.pages = pages;
  }

  @Override
  public MessageTemplatePage listMessageTemplates(
      Integer limit,
      String cursor,
      ChannelId channelId,
      MessageTemplateStatus status,
      MessageTemplateCategory category,
      String name,
      String language) {
    var request =
        pages.request(
            "message-templates", limit, cursor, channelId, status, category, name, language);
    var wanted = new TemplateService.Wanted(channelId, status, category, name, language);
    return request.answer(
        templates.list(workspace(), wanted, request.page()),
        Template::shown,
        (data, more, next) ->
            new MessageTemplatePage(MessageTemplatePage.ObjectEnum.LIST, data, more, next));
  }

  @Override
  public Operation createMessageTemplate(CreateMessageTemplateRequest body) {
    return OperationMapper.accepted(templates.create(workspace(), body, requestId()));
  }

  @Override
  public MessageTemplate getMessageTemplate(MessageTemplateId id) {
    var template = templates.get(workspace(), id);
    ETags.show(template.version());
    return template.shown();
  }

  @Override
  public Operation updateMessageTemplate(
      MessageTemplateId id, UpdateMessageTemplateRequest body, String ifMatch) {
    return OperationMapper.accepted(templates.update(workspace(), id, ifMatch, body, requestId()));
  }

  @Override
  public Operation deleteMessageTemplate(MessageTemplateId id, String ifMatch) {
    return OperationMapper.accepted(templates.delete(workspace(), id, ifMatch, requestId()));
  }

  @Override
  public Operation syncMessageTemplates(SyncMessageTemplatesRequest body) {
    return OperationMapper.accepted(templates.sync(workspace(), body.channelId(), requestId()));
  }

  private static WorkspaceId workspace() {
    return RequestContext.current().workspace();
  }

  private static String requestId() {
    return RequestContext.current().requestId();
  }
}
