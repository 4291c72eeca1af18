package ai.chatflow.platform.lanes;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class RetryScheduleTest {
  private final RetrySchedule schedule =
      new RetrySchedule(Duration.ofSeconds(1), Duration.ofMinutes(1), 8);

  @Test
  void theCeilingDoublesUpToTheLongestWait() {
    var random = new SplittableRandom(1);
    for (int attempt = 1; attempt < 8; attempt++) {
      Duration ceiling = Duration.ofSeconds(Math.min(60, 1L << (attempt - 1)));
      for (int i = 0; i < 200; i++) {
        assertThat(schedule.afterAttempt(attempt, random).orElseThrow())
            .isPositive()
            .isLessThanOrEqualTo(ceiling);
      }
    }
  }

  @Test
  void nothingFollowsTheLastAttempt() {
    assertThat(schedule.afterAttempt(8, new SplittableRandom(1))).isEmpty();
  }

  @Test
  void manyAttemptsDoNotOverflow() {
    var patient = new RetrySchedule(Duration.ofSeconds(1), Duration.ofDays(1), 1000);

    assertThat(patient.afterAttempt(999, new SplittableRandom(1)).orElseThrow())
        .isBetween(Duration.ofMillis(1), Duration.ofDays(1));
  }
}
