package ai.chatflow.tenancy;

import ai.chatflow.platform.ids.ApiKeyId;
import ai.chatflow.platform.ids.WorkspaceId;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A key of one workspace, without its secret.
public record ApiKey(
    ApiKeyId id,
    WorkspaceId workspace,
    boolean live,
    String name,
    String hint,
    List<String> scopes,
    Instant createdAt,
    Instant updatedAt,
    @Nullable Instant expiresAt,
    @Nullable Instant revokedAt,
    @Nullable Instant lastUsedAt) {
  public ApiKey {
    scopes = List.copyOf(scopes);
  }

  boolean usableAt(Instant now) {
    return revokedAt == null && (expiresAt == null || now.isBefore(expiresAt));
  }
}
