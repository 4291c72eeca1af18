package ai.chatflow.tenancy;

import ai.chatflow.platform.context.Principal;
import ai.chatflow.platform.context.RequestContext;
import ai.chatflow.platform.graphql.Graph;
import ai.chatflow.platform.graphql.GraphWiring;

/// Who asks, in GraphQL.
public final class TenancyGraph implements Graph {
  private final WorkspaceService workspaces;

  TenancyGraph(WorkspaceService workspaces) {
    this.workspaces = workspaces;
  }

  @Override
  public void wire(GraphWiring wiring) {
    wiring.query().field("viewer", _ -> RequestContext.current().principal());
    wiring
        .type("Viewer", Principal.class)
        .field("workspace", _ -> workspaces.get(RequestContext.current().workspace()))
        .property("permissions", viewer -> viewer.permissions().stream().sorted().toList());
    wiring
        .type("Workspace", Workspace.class)
        .property("id", workspace -> workspace.id().toString())
        .property("name", Workspace::name)
        .property("mode", workspace -> TenancyMapper.mode(workspace.live()))
        .property("createdAt", Workspace::createdAt);
  }
}
