package ai.chatflow.platform.http;

import ai.chatflow.platform.ids.ApiKeyId;
import ai.chatflow.platform.time.Monotonic;
import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/// How many requests a key may make on this node: a burst, refilled at a steady rate (the generic
/// cell rate algorithm: one number per key, the time at which its burst would be whole again).
public final class RateLimits {
  private static final int MOST_KEYS = 100_000;

  private final Monotonic monotonic;
  private final long interval;
  private final int burst;
  private final Cache<ApiKeyId, AtomicLong> wholeAt =
      Caffeine.newBuilder().maximumSize(MOST_KEYS).build();

  /// @param burst requests at once, at least 1
  public RateLimits(int requestsPerSecond, int burst, Monotonic monotonic) {
    this.interval = Duration.ofSeconds(1).toNanos() / requestsPerSecond;
    this.burst = burst;
    this.monotonic = monotonic;
  }

  /// Whether a request may go on, and what is left.
  ///
  /// @param remaining requests that may follow at once
  /// @param whole until the burst is whole again
  /// @param retryAfter until one request is allowed; zero when this one was
  public record Verdict(boolean allowed, int remaining, Duration whole, Duration retryAfter) {}

  /// Counts a request of the key, unless it is refused.
  public Verdict take(ApiKeyId key) {
    long now = monotonic.nanos();
    var whole = wholeAt.get(key, _ -> new AtomicLong(now));
    while (true) {
      long before = whole.get();
      long after = Math.max(before - now, 0) + interval;
      long missing = after - interval * burst;
      if (missing > 0) {
        return new Verdict(false, 0, Duration.ofNanos(after - interval), Duration.ofNanos(missing));
      }
      if (whole.compareAndSet(before, now + after)) {
        int remaining = (int) (-missing / interval);
        return new Verdict(true, remaining, Duration.ofNanos(after), Duration.ZERO);
      }
    }
  }

  /// The most requests at once.
  public int burst() {
    return burst;
  }

  /// How long an empty burst takes to be whole again.
  public Duration window() {
    return Duration.ofNanos(interval * burst);
  }
}
