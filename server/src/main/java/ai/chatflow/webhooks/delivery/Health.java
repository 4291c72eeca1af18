package ai.chatflow.webhooks.delivery;

import ai.chatflow.webhooks.delivery.Call.Result;
import ai.chatflow.webhooks.endpoints.Progress;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// How an endpoint does after a batch of calls: a circuit breaker, the warnings, and the end.
///
/// @param warn it has failed for another quarter of the time that it is given
/// @param end what becomes of it
record Health(Progress progress, boolean warn, End end) {
  /// How long nothing may be taken before it is disabled.
  static final Duration GIVEN = Duration.ofHours(75);

  /// How often one that was disabled for failing is tried.
  static final Duration PROBE = Duration.ofHours(6);

  /// So many failures in a row open the circuit.
  static final int OPENS = 5;

  private static final Duration FIRST_PAUSE = Duration.ofSeconds(30);
  private static final Duration LONGEST_PAUSE = Duration.ofMinutes(15);
  private static final Duration SLOW_DOWN = Duration.ofSeconds(10);
  private static final Set<Integer> ASKS_FOR_LESS = Set.of(429, 502, 504);
  private static final int GONE = 410;
  private static final int QUARTERS = 4;

  enum End {
    /// It stays as it is.
    NONE,
    /// It answered 410.
    GONE,
    /// It has failed for as long as it may.
    FAILING,
    /// It was disabled for failing, and answers again.
    RECOVERED
  }

  /// @param probing it is disabled for failing, and these calls tried whether it still is
  static Health after(Progress before, List<Result> results, boolean probing, Instant now) {
    if (results.stream().anyMatch(r -> Objects.equals(r.status(), GONE))) {
      return new Health(before, false, End.GONE);
    }
    var pause = slowDown(results, now);
    if (results.stream().anyMatch(Result::succeeded)) {
      var well = new Progress(before.position(), null, 0, 0, pause);
      return new Health(well, false, probing ? End.RECOVERED : End.NONE);
    }
    var since = before.failingSince() == null ? now : before.failingSince();
    int failures = failures(before, results);
    if (probing) {
      return new Health(
          new Progress(before.position(), since, failures, before.warned(), now.plus(PROBE)),
          false,
          End.NONE);
    }
    var failing = Duration.between(since, now);
    int quarter = (int) (failing.toMillis() * QUARTERS / GIVEN.toMillis());
    var until = later(pause, open(failures, now));
    boolean over = quarter >= QUARTERS;
    return new Health(
        new Progress(
            before.position(),
            since,
            failures,
            Math.max(before.warned(), Math.min(quarter, QUARTERS - 1)),
            over ? now.plus(PROBE) : until),
        !over && quarter > before.warned(),
        over ? End.FAILING : End.NONE);
  }

  /// Calls that were made at once open the circuit once: what fails after that counts for itself.
  private static int failures(Progress before, List<Result> results) {
    int sum = before.failures() + results.size();
    return before.failures() < OPENS ? Math.min(sum, OPENS) : sum;
  }

  /// While the circuit is open nothing is sent; when it closes half, one call tries.
  private static @Nullable Instant open(int failures, Instant now) {
    if (failures < OPENS) {
      return null;
    }
    int doublings = Math.min(failures - OPENS, 10);
    var pause = FIRST_PAUSE.multipliedBy(1L << doublings);
    return now.plus(pause.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : pause);
  }

  private static @Nullable Instant slowDown(List<Result> results, Instant now) {
    return results.stream()
        .filter(r -> r.status() != null && ASKS_FOR_LESS.contains(r.status()))
        .map(r -> now.plus(bounded(r.retryAfter())))
        .max(Instant::compareTo)
        .orElse(null);
  }

  private static Duration bounded(@Nullable Duration asked) {
    if (asked == null) {
      return SLOW_DOWN;
    }
    return asked.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : asked;
  }

  private static @Nullable Instant later(@Nullable Instant a, @Nullable Instant b) {
    if (a == null || b == null) {
      return a == null ? b : a;
    }
    return a.isAfter(b) ? a : b;
  }
}
