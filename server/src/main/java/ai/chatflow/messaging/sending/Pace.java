package ai.chatflow.messaging.sending;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/// How fast a channel may send, kept by the owner of its lane: GCRA (theoretical arrival times) for
/// the channel and for each recipient, on the monotonic clock. A step that the provider throttles
/// lowers the rate once, whatever of it was refused; then it climbs by a small part of itself a
/// second, so that what the next probe wastes is small against what was sent since, and faster once
/// no throttle has come for long. A new owner starts with empty buckets. Not thread-safe: a lane
/// has one worker at a time.
final class Pace {
  /// One message per six seconds and person, with a burst of 45 borrowed from the future: WhatsApp
  /// Cloud API, "Pair rate limits".
  private static final long PAIR_INTERVAL = Duration.ofSeconds(6).toNanos();

  private static final long SLICE = Duration.ofMillis(50).toNanos();
  private static final int PAIR_BURST = 45;
  private static final double LEAST_SHARE = 0.05;
  private static final double LOWERED = 0.7;

  /// Parts of itself by which the rate climbs in a second: from one throttle to the next it takes
  /// some 18 seconds.
  private static final double CLIMB = 0.02;

  private static final double CLIMB_LATER = 0.1;
  private static final long LATER = Duration.ofSeconds(30).toNanos();
  private static final int REMEMBERED_PAIRS = 20_000;

  private final Map<String, Long> pairs = new HashMap<>();
  private double share = 1;
  private long throttled;
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

  /// The provider said to something of a step: too fast.
  void throttled(long now, Duration wait) {
    throttled = now;
    share = Math.max(LEAST_SHARE, share * LOWERED);
    next = Math.max(next, now + wait.toNanos());
  }

  /// A step was accepted as a whole. A second at the present rate is `ratePerSecond * share`
  /// messages: each counts the same.
  void accepted(long now, int ratePerSecond, int count) {
    double climb = now - throttled < LATER ? CLIMB : CLIMB_LATER;
    share = Math.min(1, share + count * climb / ratePerSecond);
  }

  private long interval(int ratePerSecond) {
    return (long) (1_000_000_000L / (ratePerSecond * share));
  }
}
