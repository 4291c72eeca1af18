package ai.chatflow.flows;

import ai.chatflow.api.FlowSessionsApi;
import ai.chatflow.api.model.FlowSessionPage;
import ai.chatflow.api.model.FlowSessionStatus;
import ai.chatflow.platform.context.RequestContext;
import ai.chatflow.platform.http.Pages;
import ai.chatflow.platform.ids.ContactId;
import ai.chatflow.platform.ids.FlowId;
import ai.chatflow.platform.ids.FlowSessionId;

/// `/v1/flow-sessions`.
public final class FlowSessionResource implements FlowSessionsApi {
  private final FlowSessionService sessions;
  private final Pages pages;

  public FlowSessionResource(FlowSessionService sessions, Pages pages) {
    this.sessions = sessions;
    this.pages = pages;
  }

  @Override
  public FlowSessionPage listFlowSessions(
      Integer limit, String cursor, FlowId flowId, ContactId contactId, FlowSessionStatus status) {
    var request = pages.request("flow-sessions", limit, cursor, flowId, contactId, status);
    return request.answer(
        sessions.list(
            RequestContext.current().workspace(), flowId, contactId, status, request.page()),
        FlowMapper::toApi,
        (data, more, next) ->
            new FlowSessionPage(FlowSessionPage.ObjectEnum.LIST, data, more, next));
  }

  @Override
  public ai.chatflow.api.model.FlowSession getFlowSession(FlowSessionId id) {
    return FlowMapper.toApi(sessions.get(RequestContext.current().workspace(), id));
  }
}
