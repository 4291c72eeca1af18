package ai.chatflow.faults.soak;

import ai.chatflow.testing.Seeds;
import java.time.Duration;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/// How long, how fast and with which chance. System properties: `chatflow.soak.minutes` (30),
/// `chatflow.soak.rate` (1; of the usual load), `chatflow.soak.heap` (256m), `chatflow.seed`.
///
/// @param between the time from one fault to the next
/// @param rate 1 for the usual load
record Settings(long seed, Duration length, Duration between, double rate, String heap) {
  private static final Duration LONGEST_BETWEEN = Duration.ofMinutes(2);

  static Settings read() {
    var length = Duration.ofSeconds(Long.getLong("chatflow.soak.minutes", 30) * 60);
    var sixth = length.dividedBy(6);
    return new Settings(
        Seeds.next("SoakIT"),
        length,
        sixth.compareTo(LONGEST_BETWEEN) < 0 ? sixth : LONGEST_BETWEEN,
        Double.parseDouble(System.getProperty("chatflow.soak.rate", "1")),
        System.getProperty("chatflow.soak.heap", "256m"));
  }

  /// The chance of one part of the run, the same for the same seed.
  RandomGenerator chance(String part) {
    return new SplittableRandom(seed ^ part.hashCode() * 0x9E3779B97F4A7C15L);
  }
}
