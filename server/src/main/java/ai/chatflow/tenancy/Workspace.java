package ai.chatflow.tenancy;

import ai.chatflow.platform.ids.OrganizationId;
import ai.chatflow.platform.ids.WorkspaceId;
import ai.chatflow.platform.json.MergePatch;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The tenant. A live workspace has a test twin with data of its own.
///
/// @param twin the live twin of a test workspace, the test twin of a live one
public record Workspace(
    WorkspaceId id,
    OrganizationId organization,
    String name,
    boolean live,
    @Nullable WorkspaceId twin,
    Map<String, String> metadata,
    int version,
    Instant createdAt,
    Instant updatedAt) {
  public Workspace {
    metadata = Map.copyOf(metadata);
  }

  /// A merge patch: what is null stays.
  Workspace change(@Nullable String newName, @Nullable Map<String, String> newMetadata) {
    return new Workspace(
        id,
        organization,
        newName == null ? name : newName,
        live,
        twin,
        MergePatch.metadata(metadata, newMetadata),
        version,
        createdAt,
        updatedAt);
  }
}
