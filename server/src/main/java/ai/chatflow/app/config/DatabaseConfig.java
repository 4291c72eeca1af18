package ai.chatflow.app.config;

import ai.chatflow.platform.config.Secret;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;

/// Where PostgreSQL is. Empty addresses are described in `chatflow.yml`.
///
/// @param url the login that owns the tables
/// @param requestUrl the login of requests
/// @param requestPoolSize connections for requests, on this node
/// @param workerPoolSize connections for work on many workspaces, on this node
public record DatabaseConfig(
    Secret url,
    Secret requestUrl,
    @Min(2) @Max(500) int requestPoolSize,
    @Min(2) @Max(500) int workerPoolSize) {

  /// @throws StartFailure when an address is not one of PostgreSQL
  public DatabaseConfig {
    url = DatabaseAddress.normalize("DATABASE_URL", url);
    requestUrl = DatabaseAddress.normalize("DATABASE_REQUEST_URL", requestUrl);
  }
}
