package ai.chatflow.tenancy;

import ai.chatflow.platform.Platform;
import java.util.List;

/// Wires organizations, workspaces and keys.
public final class TenancyModule {
  private final KeyAuthenticator authenticator;
  private final List<Object> resources;
  private final TenancyGraph graph;
  private final Bootstrap bootstrap;

  private TenancyModule(Platform platform) {
    this.authenticator = new KeyAuthenticator(platform.db(), platform.clock());
    var keys =
        new ApiKeyService(
            platform.db(), platform.ids(), platform.clock(), platform.random(), authenticator);
    var workspaces = new WorkspaceService(platform.db(), platform.clock());
    this.resources =
        List.of(
            new ApiKeyResource(keys, platform.pages()),
            new WorkspaceResource(workspaces, keys, platform.pages()));
    this.graph = new TenancyGraph(workspaces);
    this.bootstrap =
        new Bootstrap(platform.db(), platform.ids(), platform.clock(), platform.random());
  }

  public static TenancyModule wire(Platform platform) {
    return new TenancyModule(platform);
  }

  public KeyAuthenticator authenticator() {
    return authenticator;
  }

  public Bootstrap bootstrap() {
    return bootstrap;
  }

  public TenancyGraph graph() {
    return graph;
  }

  public List<Object> resources() {
    return resources;
  }
}
