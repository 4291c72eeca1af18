package ai.chatflow.platform.http;

import ai.chatflow.api.model.ProblemCode;
import ai.chatflow.platform.errors.RateLimited;
import ai.chatflow.platform.time.Monotonic;
import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import jakarta.servlet.http.HttpServletResponse;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/// How many requests a caller may make on this node: a burst, refilled at a steady rate (the
/// generic cell rate algorithm: one number per caller, the time at which its burst would be whole
/// again). A caller is an API key, or the address from which one was refused.
public final class RateLimits {
  private static final int MOST_CALLERS = 100_000;

  private final Monotonic monotonic;
  private final long interval;
  private final int burst;
  private final Cache<Object, AtomicLong> wholeAt =
      Caffeine.newBuilder().maximumSize(MOST_CALLERS).build();

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
  record Verdict(boolean allowed, int remaining, Duration whole, Duration retryAfter) {}

  /// Counts a request and tells in its answer what is left, in the headers of
  /// draft-ietf-httpapi-ratelimit-headers.
  ///
  /// @param policy what a caller is: `key` or `address`
  /// @throws RateLimited when the request may not go on
  void admit(String policy, Object caller, HttpServletResponse response) {
    var verdict = take(caller);
    response.setHeader(
        "RateLimit-Policy", "\"%s\";q=%d;w=%d".formatted(policy, burst, seconds(window())));
    response.setHeader(
        "RateLimit",
        "\"%s\";r=%d;t=%d".formatted(policy, verdict.remaining(), seconds(verdict.whole())));
    if (!verdict.allowed()) {
      throw new RateLimited(
          ProblemCode.RATE_LIMITED,
          "This " + policy + " has made too many requests.",
          Duration.ofSeconds(seconds(verdict.retryAfter())));
    }
  }

  private static long seconds(Duration time) {
    return time.plusNanos(999_999_999).toSeconds();
  }

  /// Counts a request of the caller, and tells whether it may go on.
  public boolean admits(Object caller) {
    return take(caller).allowed();
  }

  /// Counts a request of the caller, unless it is refused.
  Verdict take(Object caller) {
    long now = monotonic.nanos();
    var whole = wholeAt.get(caller, _ -> new AtomicLong(now));
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

  /// How long an empty burst takes to be whole again.
  private Duration window() {
    return Duration.ofNanos(interval * burst);
  }
}
