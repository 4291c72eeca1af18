package ai.chatflow.platform.db;

import java.time.Duration;
import java.util.Objects;

/// One pool of connections of one login role.
///
/// - `connectionWait`: how long a caller waits for a free connection before it is told 503
/// - `statementTimeout`, `lockTimeout`: what PostgreSQL allows one statement and one wait for a
///   lock
public record PoolSettings(
    String name,
    DatabaseUrl url,
    int size,
    Duration connectionWait,
    Duration statementTimeout,
    Duration lockTimeout) {

  public PoolSettings {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(url, "url");
    if (size < 1) {
      throw new IllegalArgumentException("a pool needs at least one connection");
    }
    if (connectionWait.toMillis() < 250 || connectionWait.toMillis() > 1000) {
      throw new IllegalArgumentException("connectionWait must lie between 250 ms and 1 s");
    }
    if (!statementTimeout.isPositive() || !lockTimeout.isPositive()) {
      throw new IllegalArgumentException("time-outs must be positive");
    }
  }

  /// The house's limits: 1 s for a connection, 5 s for a statement, 2 s for a lock.
  public static PoolSettings of(String name, DatabaseUrl url, int size) {
    return new PoolSettings(
        name, url, size, Duration.ofSeconds(1), Duration.ofSeconds(5), Duration.ofSeconds(2));
  }
}
