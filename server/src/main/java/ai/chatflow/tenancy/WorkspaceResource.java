package ai.chatflow.tenancy;

import ai.chatflow.api.WorkspacesApi;
import ai.chatflow.api.model.Me;
import ai.chatflow.api.model.PermissionPage;
import ai.chatflow.api.model.UpdateWorkspaceRequest;
import ai.chatflow.api.model.WorkspacePage;
import ai.chatflow.platform.context.RequestContext;
import ai.chatflow.platform.http.ETags;
import ai.chatflow.platform.http.Page;
import ai.chatflow.platform.http.Pages;
import ai.chatflow.platform.ids.WorkspaceId;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/// `/v1/me`, `/v1/workspaces`, `/v1/permissions`. A key acts in one workspace, so that is the one
/// it sees.
public final class WorkspaceResource implements WorkspacesApi {
  private final WorkspaceService workspaces;
  private final ApiKeyService keys;
  private final Pages pages;

  public WorkspaceResource(WorkspaceService workspaces, ApiKeyService keys, Pages pages) {
    this.workspaces = workspaces;
    this.keys = keys;
    this.pages = pages;
  }

  @Override
  public Me getMe() {
    var principal = RequestContext.current().principal();
    var workspace = workspaces.get(principal.workspace());
    return new Me(
        Me.ObjectEnum.ME,
        TenancyMapper.toApi(workspaces.organization(workspace.organization())),
        TenancyMapper.toApi(workspace),
        TenancyMapper.toApi(keys.get(principal.workspace(), principal.key())),
        principal.permissions().stream().sorted().toList());
  }

  @Override
  public WorkspacePage listWorkspaces(Integer limit, String cursor) {
    var request = pages.request("workspaces", limit, cursor);
    var own = workspaces.get(RequestContext.current().workspace());
    return request.answer(
        new Page<>(List.of(own), Optional.empty()),
        TenancyMapper::toApi,
        (data, more, next) -> new WorkspacePage(WorkspacePage.ObjectEnum.LIST, data, more, next));
  }

  @Override
  public ai.chatflow.api.model.Workspace getWorkspace(WorkspaceId id) {
    return shown(workspaces.get(own(id)));
  }

  @Override
  public ai.chatflow.api.model.Workspace updateWorkspace(
      WorkspaceId id, UpdateWorkspaceRequest body, String ifMatch) {
    return shown(workspaces.update(own(id), ETags.required(ifMatch), body.name(), body.metadata()));
  }

  @Override
  public PermissionPage listPermissions(Integer limit, String cursor) {
    var request = pages.request("permissions", limit, cursor);
    var after = request.page().after().orElse("");
    var rows =
        Arrays.stream(Permission.values())
            .filter(p -> p.wire().compareTo(after) > 0)
            .sorted((a, b) -> a.wire().compareTo(b.wire()))
            .toList();
    return request.answer(
        Page.of(
            rows.subList(0, Math.min(rows.size(), request.page().limit() + 1)),
            request.page().limit(),
            Permission::wire),
        TenancyMapper::toApi,
        (data, more, next) -> new PermissionPage(PermissionPage.ObjectEnum.LIST, data, more, next));
  }

  /// The id when it is the caller's own workspace; any other does not exist for it.
  private static WorkspaceId own(WorkspaceId id) {
    if (!RequestContext.current().workspace().equals(id)) {
      throw WorkspaceService.unknown(id);
    }
    return id;
  }

  private static ai.chatflow.api.model.Workspace shown(Workspace workspace) {
    ETags.show(workspace.version());
    return TenancyMapper.toApi(workspace);
  }
}
