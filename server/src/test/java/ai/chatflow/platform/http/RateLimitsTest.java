package ai.chatflow.platform.http;

import static org.assertj.core.api.Assertions.assertThat;

import ai.chatflow.platform.ids.ApiKeyId;
import ai.chatflow.testing.ManualClock;
import java.time.Duration;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class RateLimitsTest {
  private static final ApiKeyId KEY = new ApiKeyId(new UUID(0, 1));
  private static final ApiKeyId OTHER = new ApiKeyId(new UUID(0, 2));

  private final ManualClock clock = ManualClock.atNow();
  private final RateLimits limits = new RateLimits(10, 5, clock);

  @Test
  void aBurstIsAllowedAndThenTheSteadyRate() {
    for (int left = 4; left >= 0; left--) {
      assertThat(limits.take(KEY).remaining()).isEqualTo(left);
    }

    var refused = limits.take(KEY);
    clock.advance(refused.retryAfter());

    assertThat(refused.allowed()).isFalse();
    assertThat(refused.retryAfter()).isEqualTo(Duration.ofMillis(100));
    assertThat(refused.whole()).isEqualTo(Duration.ofMillis(500));
    assertThat(limits.take(KEY).allowed()).isTrue();
    assertThat(limits.take(KEY).allowed()).isFalse();
  }

  @Test
  void aRestedKeyHasItsWholeBurstAgainAndNoMore() {
    for (int i = 0; i < 5; i++) {
      limits.take(KEY);
    }

    clock.advance(Duration.ofHours(1));

    assertThat(limits.take(KEY))
        .isEqualTo(new RateLimits.Verdict(true, 4, Duration.ofMillis(100), Duration.ZERO));
  }

  @Test
  void keysDoNotUseUpEachOthersBursts() {
    for (int i = 0; i < 5; i++) {
      limits.take(KEY);
    }

    assertThat(limits.take(OTHER).allowed()).isTrue();
  }
}
