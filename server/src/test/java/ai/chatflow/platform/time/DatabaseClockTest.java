package ai.chatflow.platform.time;

import static org.assertj.core.api.Assertions.assertThat;

import ai.chatflow.testing.ManualClock;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class DatabaseClockTest {
  private static final Instant START = Instant.parse("2026-11-23T09:00:00Z");

  @Test
  void timeIsCarriedForwardOnTheMonotonicClockBetweenSamples() {
    var machine = new ManualClock(START);
    var clock = new DatabaseClock(() -> START, machine);

    machine.advance(Duration.ofSeconds(3));

    assertThat(clock.instant()).isEqualTo(START.plusSeconds(3));
  }

  @Test
  void aJumpOfTheWallClockMovesNothing() {
    var machine = new ManualClock(START);
    var clock = new DatabaseClock(() -> START, machine);

    machine.jump(Duration.ofHours(1));
    assertThat(clock.instant()).isEqualTo(START);

    machine.jump(Duration.ofHours(-2));
    assertThat(clock.instant()).isEqualTo(START);
  }

  @Test
  void aNewSampleCorrectsTheDrift() {
    var machine = new ManualClock(START);
    var database = new ManualClock(START);
    var clock = new DatabaseClock(database::instant, machine);
    machine.advance(Duration.ofMillis(900));
    database.advance(Duration.ofSeconds(1));

    clock.sample();

    assertThat(clock.instant()).isEqualTo(START.plusSeconds(1));
  }
}
