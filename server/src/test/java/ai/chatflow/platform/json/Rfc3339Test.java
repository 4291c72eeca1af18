package ai.chatflow.platform.json;

import static org.assertj.core.api.Assertions.assertThat;

import ai.chatflow.testing.Seeds;
import java.time.Instant;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class Rfc3339Test {
  private static final int RUNS = 10_000;
  private static final long FIRST = Instant.parse("-0001-01-01T00:00:00Z").getEpochSecond();
  private static final long LAST = Instant.parse("+10000-12-31T23:59:59Z").getEpochSecond();

  @ParameterizedTest
  @ValueSource(
      strings = {
        "0000-01-01T00:00:00Z",
        "1969-12-31T23:59:59.999999999Z",
        "1970-01-01T00:00:00Z",
        "2000-02-29T12:00:00.100Z",
        "2026-01-15T09:30:00.000001Z",
        "9999-12-31T23:59:59.999999999Z",
        "+10000-01-01T00:00:00Z",
        "-0001-12-31T23:59:59Z"
      })
  void aTimeComesBackAsItWas(String text) {
    assertThat(Rfc3339.format(Instant.parse(text))).isEqualTo(text);
  }

  @Test
  void anyTimeIsWrittenAsTheJdkDoes() {
    long seed = Seeds.next("Rfc3339Test");
    var random = new SplittableRandom(seed);
    for (int run = 0; run < RUNS; run++) {
      var time = Instant.ofEpochSecond(random.nextLong(FIRST, LAST), nanos(random));

      assertThat(Rfc3339.format(time)).as("seed %d", seed).isEqualTo(time.toString());
    }
  }

  private static long nanos(SplittableRandom random) {
    return switch (random.nextInt(4)) {
      case 0 -> 0;
      case 1 -> random.nextInt(1_000) * 1_000_000L;
      case 2 -> random.nextInt(1_000_000) * 1_000L;
      default -> random.nextInt(1_000_000_000);
    };
  }
}
