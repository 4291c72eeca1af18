package ai.chatflow.messaging.sending;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/// How fast a channel may send, kept by the owner of its lane: GCRA (theoretical arrival times) for
/// the channel and for each recipient, on the monotonic clock. A throttle of the provider halves
/// the rate, each success adds a little back (additive increase, multiplicative decrease). A new
/// owner starts with empty buckets. Not thread-safe: a lane has one worker at a time.
final class Pace {
  /// One message per six seconds and person, with a burst of 45 borrowed from the future: WhatsApp
  /// Cloud API, "Pair rate limits".
  private static final long PAIR_INTERVAL = Duration.ofSeconds(6).toNanos();

  private static final long SLICE = Duration.ofMillis(50).toNanos();
  private static final int PAIR_BURST = 45;
  private static final double LEAST_SHARE = 0.05;
  private static final double RECOVERY = 0.02;
  private static final int REMEMBERED_PAIRS = 20_000;

  private final Map<String, Long> pairs = new HashMap<>();
  private double share = 1;
  private long next;

  /// How many messages may leave at once, when the next may leave: never more than some 50 ms worth
  /// of the rate.
  int permits(int ratePerSecond) {
    return (int) Math.max(1, SLICE / interval(ratePerSecond));
  }

  /// How long until the next message may leave.
  Duration untilNext(long now) {
    return Duration.ofNanos(Math.max(0, next - now));
  }

  void sent(long now, int ratePerSecond, int count) {
    next = Math.max(next, now) + count * interval(ratePerSecond);
  }

  /// Takes a permit for a recipient.
  ///
  /// @return zero, or how long the message has to wait
  Duration pair(long now, String address) {
    var arrival = Math.max(pairs.getOrDefault(address, 0L), now);
    var early = arrival - now - PAIR_INTERVAL * (PAIR_BURST - 1);
    if (early > 0) {
      return Duration.ofNanos(early);
    }
    if (pairs.size() >= REMEMBERED_PAIRS) {
      pairs.values().removeIf(at -> at <= now);
    }
    pairs.put(address, arrival + PAIR_INTERVAL);
    return Duration.ZERO;
  }

  /// The provider said: too fast.
  void throttled(long now, Duration wait) {
    share = Math.max(LEAST_SHARE, share / 2);
    next = Math.max(next, now + wait.toNanos());
  }

  void accepted() {
    share = Math.min(1, share + RECOVERY);
  }

  private long interval(int ratePerSecond) {
    return (long) (1_000_000_000L / (ratePerSecond * share));
  }
}
