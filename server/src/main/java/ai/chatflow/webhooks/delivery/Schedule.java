package ai.chatflow.webhooks.delivery;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// When a failed delivery is tried again: ten tries in about 75 hours, each wait up to a tenth
/// longer by chance, so that what failed together does not come back together.
final class Schedule {
  static final int ATTEMPTS = 10;

  private static final List<Duration> WAITS =
      List.of(
          Duration.ofSeconds(5),
          Duration.ofMinutes(5),
          Duration.ofMinutes(30),
          Duration.ofHours(2),
          Duration.ofHours(5),
          Duration.ofHours(10),
          Duration.ofHours(14),
          Duration.ofHours(20),
          Duration.ofHours(23));
  private static final double JITTER = 0.1;
  static final Duration LONGEST_ASKED = Duration.ofHours(24);

  private Schedule() {}

  /// When to try again after the given attempt (1 is the first) has failed; empty when that was the
  /// last.
  ///
  /// @param asked by `Retry-After`; honoured up to a day, and never shortens the wait
  static Optional<Instant> next(
      int attempt, @Nullable Duration asked, Instant now, RandomGenerator random) {
    if (attempt >= ATTEMPTS) {
      return Optional.empty();
    }
    var wait = WAITS.get(attempt - 1);
    var spread = (long) (wait.toMillis() * JITTER * random.nextDouble());
    var own = wait.plusMillis(spread);
    if (asked == null || asked.compareTo(own) <= 0) {
      return Optional.of(now.plus(own));
    }
    return Optional.of(now.plus(asked.compareTo(LONGEST_ASKED) > 0 ? LONGEST_ASKED : asked));
  }
}
