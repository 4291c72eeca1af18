package ai.chatflow.flows;

import ai.chatflow.api.FlowsApi;
import ai.chatflow.api.model.CreateFlowRequest;
import ai.chatflow.api.model.FlowInspection;
import ai.chatflow.api.model.FlowPage;
import ai.chatflow.api.model.FlowSimulation;
import ai.chatflow.api.model.FlowVersionPage;
import ai.chatflow.api.model.SimulateFlowRequest;
import ai.chatflow.api.model.UpdateFlowRequest;
import ai.chatflow.platform.context.RequestContext;
import ai.chatflow.platform.http.ETags;
import ai.chatflow.platform.http.Pages;
import ai.chatflow.platform.ids.FlowId;
import ai.chatflow.platform.ids.WorkspaceId;

/// `/v1/flows`.
public final class FlowResource implements FlowsApi {
  private final FlowService flows;
  private final SimulationService simulations;
  private final Pages pages;

  public FlowResource(FlowService flows, SimulationService simulations, Pages pages) {
    this.flows = flows;
    this.simulations = simulations;
    this.pages = pages;
  }

  @Override
  public FlowPage listFlows(Integer limit, String cursor) {
    var request = pages.request("flows", limit, cursor);
    return request.answer(
        flows.list(workspace(), request.page()),
        FlowMapper::toApi,
        (data, more, next) -> new FlowPage(FlowPage.ObjectEnum.LIST, data, more, next));
  }

  @Override
  public ai.chatflow.api.model.Flow createFlow(CreateFlowRequest body) {
    return shown(flows.create(workspace(), body));
  }

  @Override
  public ai.chatflow.api.model.Flow getFlow(FlowId id) {
    return shown(flows.get(workspace(), id));
  }

  @Override
  public ai.chatflow.api.model.Flow updateFlow(FlowId id, UpdateFlowRequest body, String ifMatch) {
    return shown(flows.update(workspace(), id, ifMatch, body));
  }

  @Override
  public void deleteFlow(FlowId id, String ifMatch) {
    flows.delete(workspace(), id, ifMatch);
  }

  @Override
  public FlowInspection inspectFlow(FlowId id) {
    return FlowMapper.toApi(flows.inspect(workspace(), id));
  }

  @Override
  public ai.chatflow.api.model.Flow publishFlow(FlowId id, String ifMatch) {
    return shown(flows.publish(workspace(), id, ifMatch));
  }

  @Override
  public ai.chatflow.api.model.Flow unpublishFlow(FlowId id, String ifMatch) {
    return shown(flows.unpublish(workspace(), id, ifMatch));
  }

  @Override
  public FlowSimulation simulateFlow(FlowId id, SimulateFlowRequest body) {
    return FlowMapper.toApi(simulations.simulate(workspace(), id, body));
  }

  @Override
  public ai.chatflow.api.model.FlowVersion getFlowVersion(FlowId id, Integer number) {
    return FlowMapper.toApi(flows.version(workspace(), id, number));
  }

  @Override
  public FlowVersionPage listFlowVersions(FlowId id, Integer limit, String cursor) {
    var request = pages.request("flow-versions", limit, cursor, id);
    return request.answer(
        flows.versions(workspace(), id, request.page()),
        FlowMapper::toApi,
        (data, more, next) ->
            new FlowVersionPage(FlowVersionPage.ObjectEnum.LIST, data, more, next));
  }

  private static WorkspaceId workspace() {
    return RequestContext.current().workspace();
  }

  private static ai.chatflow.api.model.Flow shown(Flow flow) {
    ETags.show(flow.version());
    return FlowMapper.toApi(flow);
  }
}
