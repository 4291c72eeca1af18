package ai.chatflow.platform.lanes;

import java.time.Duration;
import java.util.Optional;
import java.util.random.RandomGenerator;

/// When a failed item is tried again: full jitter under a ceiling that doubles from `first` to
/// `longest`, for at most `attempts` attempts in all.
public record RetrySchedule(Duration first, Duration longest, int attempts) {
  public RetrySchedule {
    if (!first.isPositive() || longest.compareTo(first) < 0 || attempts < 1) {
      throw new IllegalArgumentException("0 < first <= longest and attempts >= 1");
    }
  }

  /// The wait after the given attempt (1 is the first) has failed; empty when that was the last.
  public Optional<Duration> afterAttempt(int attempt, RandomGenerator random) {
    if (attempt >= attempts) {
      return Optional.empty();
    }
    int doublings = Math.min(attempt - 1, 40);
    long ceiling = longest.toMillis();
    if (first.toMillis() <= ceiling >> doublings) {
      ceiling = first.toMillis() << doublings;
    }
    return Optional.of(Duration.ofMillis(random.nextLong(ceiling) + 1));
  }
}
