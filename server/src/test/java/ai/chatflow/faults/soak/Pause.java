package ai.chatflow.faults.soak;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/// Lets time pass: here it is the load itself that must last.
final class Pause {
  private Pause() {}

  static void of(Duration time) {
    until(System.nanoTime() + time.toNanos());
  }

  /// @param moment as `System.nanoTime` counts
  static void until(long moment) {
    for (long left = moment - System.nanoTime();
        left > 0 && !Thread.currentThread().isInterrupted();
        left = moment - System.nanoTime()) {
      LockSupport.parkNanos(left);
    }
  }
}
