package ai.chatflow.platform.ids;

import java.time.Instant;
import java.time.InstantSource;
import java.util.UUID;
import java.util.random.RandomGenerator;

/// Makes UUIDs of version 7 (RFC 9562): 48 bits of Unix milliseconds, a 12-bit counter (method 1 of
/// section 6.2), 62 random bits. Values of one generator always grow, also within a millisecond and
/// when the clock steps back. Thread-safe; the same clock and seed give the same values.
public final class IdGenerator {
  private static final int COUNTER_LIMIT = 1 << 12;
  private static final int COUNTER_START_LIMIT = 1 << 11;
  private static final long VERSION = 0x7000L;
  private static final long VARIANT = 0x8000_0000_0000_0000L;

  private final InstantSource clock;
  private final RandomGenerator random;
  private long millis;
  private int counter;

  public IdGenerator(InstantSource clock, RandomGenerator random) {
    this.clock = clock;
    this.random = random;
  }

  /// The next value, greater than every one before.
  public synchronized UUID next() {
    var now = clock.millis();
    if (now > millis) {
      millis = now;
      counter = random.nextInt(COUNTER_START_LIMIT);
    } else if (++counter == COUNTER_LIMIT) {
      millis++;
      counter = 0;
    }
    return new UUID(millis << 16 | VERSION | counter, VARIANT | random.nextLong() >>> 2);
  }

  /// A value of another moment, for what happened before it came here.
  ///
  /// @param place among what happened at that moment, from 0; places beyond 4,095 begin anew
  public synchronized UUID at(Instant moment, int place) {
    var counted = place % COUNTER_LIMIT;
    return new UUID(
        moment.toEpochMilli() << 16 | VERSION | counted, VARIANT | random.nextLong() >>> 2);
  }
}
