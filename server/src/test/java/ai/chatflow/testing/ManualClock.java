package ai.chatflow.testing;

import ai.chatflow.platform.time.Monotonic;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/// A clock that stands until a test moves it. `advance` lets time pass; `jump` changes the wall
/// clock only, as a broken NTP would.
public final class ManualClock implements InstantSource, Monotonic {
  private Instant now;
  private long nanos;

  public ManualClock(Instant start) {
    this.now = start;
  }

  /// Starts at the machine's time, in the microseconds that PostgreSQL keeps.
  public static ManualClock atNow() {
    return new ManualClock(Instant.ofEpochMilli(System.currentTimeMillis()));
  }

  public synchronized void advance(Duration time) {
    now = now.plus(time);
    nanos += time.toNanos();
  }

  public synchronized void jump(Duration wall) {
    now = now.plus(wall);
  }

  @Override
  public synchronized Instant instant() {
    return now;
  }

  @Override
  public synchronized long nanos() {
    return nanos;
  }
}
