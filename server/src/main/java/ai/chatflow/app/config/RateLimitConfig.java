package ai.chatflow.app.config;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;

/// How many requests a key, or an address whose key is refused, may make on one node.
///
/// @param requestsPerSecond the steady rate
/// @param burst how many at once
public record RateLimitConfig(
    @Min(1) @Max(1_000_000) int requestsPerSecond, @Min(1) @Max(1_000_000) int burst) {}
