package ai.chatflow.platform.ids;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.time.InstantSource;
import java.util.Iterator;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class IdGeneratorTest {
  private static final Instant NOW = Instant.parse("2026-11-23T10:00:00.123Z");

  @Test
  void valuesAreUuidsOfVersionSevenWithTheTimeInFront() {
    var value = generator(InstantSource.fixed(NOW)).next();

    assertThat(value.version()).isEqualTo(7);
    assertThat(value.variant()).isEqualTo(2);
    assertThat(value.getMostSignificantBits() >>> 16).isEqualTo(NOW.toEpochMilli());
  }

  @Test
  void valuesGrowWithinOneMillisecond() {
    var generator = generator(InstantSource.fixed(NOW));

    var values = Stream.generate(generator::next).limit(10_000).map(UUID::toString).toList();

    assertThat(values).isSorted().doesNotHaveDuplicates();
  }

  @Test
  void valuesGrowWhenTheClockStepsBack() {
    Iterator<Instant> times = List.of(NOW, NOW.minusSeconds(5), NOW.plusMillis(1)).iterator();
    var generator = generator(times::next);

    var values = Stream.generate(generator::next).limit(3).map(UUID::toString).toList();

    assertThat(values).isSorted().doesNotHaveDuplicates();
  }

  @Test
  void whatHappenedAtOneMomentOfThePastKeepsItsOrder() {
    var generator = generator(InstantSource.fixed(NOW));
    var moment = Instant.parse("2025-02-10T23:42:50Z");

    var values =
        IntStream.range(0, 4_096).mapToObj(i -> generator.at(moment, i)).map(UUID::toString);

    assertThat(values.toList()).isSorted().doesNotHaveDuplicates();
    assertThat(generator.at(moment, 4_096).getMostSignificantBits() >>> 16)
        .isEqualTo(moment.toEpochMilli());
  }

  @Test
  void theSameSeedGivesTheSameValues() {
    var first = generator(InstantSource.fixed(NOW));
    var second = generator(InstantSource.fixed(NOW));

    assertThat(Stream.generate(first::next).limit(100))
        .containsExactlyElementsOf(Stream.generate(second::next).limit(100).toList());
  }

  private static IdGenerator generator(InstantSource clock) {
    return new IdGenerator(clock, new Random(42));
  }
}
