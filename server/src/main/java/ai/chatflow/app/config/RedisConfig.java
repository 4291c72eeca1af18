package ai.chatflow.app.config;

import ai.chatflow.platform.config.Secret;

/// Where Redis is; empty for an embedded one.
public record RedisConfig(Secret url) {

  /// @throws StartFailure when the address is not one of Redis
  public RedisConfig {
    var text = url.reveal();
    if (!text.isEmpty() && !text.startsWith("redis://") && !text.startsWith("rediss://")) {
      throw new StartFailure(
          "REDIS_URL is not the address of a Redis. Write it as redis://:password@host:6379, or"
              + " rediss:// for TLS.");
    }
  }
}
