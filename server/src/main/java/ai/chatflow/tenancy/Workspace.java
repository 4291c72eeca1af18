package ai.chatflow.tenancy;

import ai.chatflow.platform.ids.OrganizationId;
import ai.chatflow.platform.ids.WorkspaceId;
import java.time.Instant;
import java.util.LinkedHashMap;
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
    var merged = new LinkedHashMap<>(metadata);
    if (newMetadata != null) {
      newMetadata.forEach(
          (key, value) -> {
            if (value == null) {
              merged.remove(key);
            } else {
              merged.put(key, value);
            }
          });
    }
    return new Workspace(
        id,
        organization,
        newName == null ? name : newName,
        live,
        twin,
        merged,
        version,
        createdAt,
        updatedAt);
  }
}
