package ai.chatflow.platform.time;

import java.time.Instant;
import java.time.InstantSource;
import java.util.function.Supplier;

/// The database's time, sampled now and then (at each beat of the node) and carried forward on the
/// monotonic clock in between. A jump of this machine's wall clock moves nothing.
public final class DatabaseClock implements InstantSource {
  private record Anchor(Instant instant, long nanos) {}

  private final Monotonic monotonic;
  private final Supplier<Instant> databaseNow;
  private volatile Anchor anchor;

  /// `databaseNow` asks the database (`select clock_timestamp()`); it is asked once here.
  public DatabaseClock(Supplier<Instant> databaseNow, Monotonic monotonic) {
    this.databaseNow = databaseNow;
    this.monotonic = monotonic;
    this.anchor = ask();
  }

  /// Asks the database anew. Throws what the question throws, and keeps the old sample then.
  public void sample() {
    anchor = ask();
  }

  @Override
  public Instant instant() {
    Anchor last = anchor;
    return last.instant().plusNanos(monotonic.nanos() - last.nanos());
  }

  private Anchor ask() {
    long before = monotonic.nanos();
    Instant answer = databaseNow.get();
    long roundTrip = monotonic.nanos() - before;
    return new Anchor(answer, before + roundTrip / 2);
  }
}
