package ai.chatflow.platform.context;

import ai.chatflow.platform.ids.ApiKeyId;
import ai.chatflow.platform.ids.WorkspaceId;
import java.util.Set;

/// The key behind a request: it acts in one workspace and may do what its permissions name.
public record Principal(
    ApiKeyId key, WorkspaceId workspace, boolean live, Set<String> permissions) {
  public Principal {
    permissions = Set.copyOf(permissions);
  }

  /// Whether an operation that requires `permission` is allowed; `none` always is.
  public boolean may(String permission) {
    return permission.equals("none")
        || permissions.contains("*")
        || permissions.contains(permission);
  }
}
