package ai.chatflow.tenancy;

import ai.chatflow.api.model.WorkspaceMode;

/// Domain to contract.
final class TenancyMapper {
  private TenancyMapper() {}

  static ai.chatflow.api.model.Organization toApi(Organization organization) {
    return ai.chatflow.api.model.Organization.builder()
        .id(organization.id())
        ._object(ai.chatflow.api.model.Organization.ObjectEnum.ORGANIZATION)
        .name(organization.name())
        .createdAt(organization.createdAt())
        .updatedAt(organization.updatedAt())
        .build();
  }

  static ai.chatflow.api.model.Workspace toApi(Workspace workspace) {
    return ai.chatflow.api.model.Workspace.builder()
        .id(workspace.id())
        ._object(ai.chatflow.api.model.Workspace.ObjectEnum.WORKSPACE)
        .organizationId(workspace.organization())
        .name(workspace.name())
        .mode(mode(workspace.live()))
        .testWorkspaceId(workspace.live() ? workspace.twin() : null)
        .liveWorkspaceId(workspace.live() ? null : workspace.twin())
        .metadata(workspace.metadata())
        .createdAt(workspace.createdAt())
        .updatedAt(workspace.updatedAt())
        .build();
  }

  static ai.chatflow.api.model.ApiKey toApi(ApiKey key) {
    return ai.chatflow.api.model.ApiKey.builder()
        .id(key.id())
        ._object(ai.chatflow.api.model.ApiKey.ObjectEnum.API_KEY)
        .name(key.name())
        .mode(mode(key.live()))
        .hint(key.hint())
        .scopes(key.scopes())
        .createdAt(key.createdAt())
        .updatedAt(key.updatedAt())
        .expiresAt(key.expiresAt())
        .revokedAt(key.revokedAt())
        .lastUsedAt(key.lastUsedAt())
        .build();
  }

  static ai.chatflow.api.model.Permission toApi(Permission permission) {
    return ai.chatflow.api.model.Permission.builder()
        ._object(ai.chatflow.api.model.Permission.ObjectEnum.PERMISSION)
        .name(permission.wire())
        .description(permission.description())
        .build();
  }

  static WorkspaceMode mode(boolean live) {
    return live ? WorkspaceMode.LIVE : WorkspaceMode.TEST;
  }
}
