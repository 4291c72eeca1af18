package ai.chatflow.messaging.sending;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayDeque;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Ten minutes of a channel that always has something to send, before a provider that takes fewer
/// messages in any second than the channel was told.
class PaceTest {
  private static final long SECOND = Duration.ofSeconds(1).toNanos();
  private static final long END = Duration.ofMinutes(10).toNanos();

  /// What a step takes beside its waiting.
  private static final long STEP = Duration.ofMillis(12).toNanos();

  private final Pace pace = new Pace();
  private final ArrayDeque<Long> taken = new ArrayDeque<>();
  private int accepted;
  private int refused;

  @ParameterizedTest
  @CsvSource({"80, 72", "80, 40", "80, 20", "80, 5", "400, 300", "400, 100", "400, 25", "1000, 80"})
  void aProviderThatTakesLessIsUsedWellAndFewCallsAreWasted(int rate, int limit) {
    send(rate, limit);

    int seconds = (int) (END / SECOND);
    assertThat(refused).as("wasted beside %d", accepted).isLessThan((accepted + refused) / 20);
    assertThat(accepted).as("used").isGreaterThan(seconds * limit * 7 / 10);
  }

  private void send(int rate, int limit) {
    long now = 1;
    while (now < END) {
      now += Math.max(STEP, pace.untilNext(now).toNanos());
      int batch = pace.permits(rate);
      pace.sent(now, rate, batch);
      int passed = 0;
      for (int i = 0; i < batch; i++) {
        passed += isTaken(now, limit) ? 1 : 0;
      }
      accepted += passed;
      refused += batch - passed;
      if (passed < batch) {
        pace.throttled(now, Duration.ofSeconds(1));
      } else {
        pace.accepted(now, rate, batch);
      }
    }
  }

  private boolean isTaken(long now, int limit) {
    while (!taken.isEmpty() && now - taken.getFirst() >= SECOND) {
      taken.removeFirst();
    }
    if (taken.size() >= limit) {
      return false;
    }
    taken.addLast(now);
    return true;
  }
}
