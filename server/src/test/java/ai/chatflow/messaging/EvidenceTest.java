package ai.chatflow.messaging;

import static org.assertj.core.api.Assertions.assertThat;

import ai.chatflow.api.model.MessageError;
import ai.chatflow.api.model.MessageErrorCode;
import ai.chatflow.api.model.MessagePricing;
import ai.chatflow.api.model.MessageStatus;
import ai.chatflow.testing.Seeds;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class EvidenceTest {
  private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");
  private static final int RUNS = 2_000;

  @Test
  void theHigherOfTwoStatusesIsOneOfThemWhateverTheOrder() {
    for (var a : MessageStatus.values()) {
      for (var b : MessageStatus.values()) {
        assertThat(StatusLadder.join(a, b)).isIn(a, b).isEqualTo(StatusLadder.join(b, a));
        assertThat(StatusLadder.join(a, a)).isEqualTo(a);
        assertThat(StatusLadder.climbs(a, b)).isEqualTo(a != b && StatusLadder.join(a, b) == b);
        for (var c : MessageStatus.values()) {
          assertThat(StatusLadder.join(StatusLadder.join(a, b), c))
              .isEqualTo(StatusLadder.join(a, StatusLadder.join(b, c)));
        }
      }
    }
  }

  @Test
  void deliveryIsProofAgainstAFailureAndAFailureOutranksAccepted() {
    assertThat(StatusLadder.join(MessageStatus.FAILED, MessageStatus.SENT))
        .isEqualTo(MessageStatus.FAILED);
    assertThat(StatusLadder.join(MessageStatus.FAILED, MessageStatus.DELIVERED))
        .isEqualTo(MessageStatus.DELIVERED);
    assertThat(StatusLadder.join(MessageStatus.UNKNOWN, MessageStatus.SENT))
        .isEqualTo(MessageStatus.SENT);
    assertThat(StatusLadder.join(MessageStatus.READ, MessageStatus.DELIVERED))
        .isEqualTo(MessageStatus.READ);
  }

  @Test
  void joiningEvidenceIsCommutativeAssociativeAndIdempotent() {
    long seed = Seeds.next("EvidenceTest.join");
    var random = new Random(seed);
    for (int run = 0; run < RUNS; run++) {
      var a = evidence(random);
      var b = evidence(random);
      var c = evidence(random);

      assertThat(a.join(b)).as("seed %d", seed).isEqualTo(b.join(a));
      assertThat(a.join(b).join(c)).as("seed %d", seed).isEqualTo(a.join(b.join(c)));
      assertThat(a.join(a)).as("seed %d", seed).isEqualTo(a);
      assertThat(a.join(b).join(b)).as("seed %d", seed).isEqualTo(a.join(b));
    }
  }

  @Test
  void everyOrderOfReportsWithRepetitionsEndsInOneState() {
    long seed = Seeds.next("EvidenceTest.orders");
    var random = new Random(seed);
    for (int run = 0; run < RUNS; run++) {
      var reports = new ArrayList<Evidence>();
      for (int i = 0; i < 5; i++) {
        reports.add(evidence(random));
      }
      var expected = joined(reports);
      var again = new ArrayList<>(reports);
      again.addAll(reports.subList(0, random.nextInt(5)));
      Collections.shuffle(again, random);

      assertThat(joined(again)).as("seed %d", seed).isEqualTo(expected);
    }
  }

  private static Evidence joined(List<Evidence> reports) {
    return reports.stream().reduce(Evidence::join).orElseThrow();
  }

  private static Evidence evidence(RandomGenerator random) {
    var statuses = MessageStatus.values();
    return Evidence.of(
        statuses[random.nextInt(statuses.length)],
        NOON.plusSeconds(random.nextInt(4)),
        random.nextBoolean() ? null : error(random),
        random.nextBoolean()
            ? null
            : new MessagePricing(random.nextBoolean(), "utility", null, null),
        random.nextBoolean() ? null : "wamid." + random.nextInt(3));
  }

  private static @Nullable MessageError error(RandomGenerator random) {
    var codes = MessageErrorCode.values();
    return new MessageError(
        codes[random.nextInt(codes.length)], "detail " + random.nextInt(2), null, false);
  }
}
