package ai.chatflow.platform.time;

/// A clock that only goes forward and has no date: for leases, deadlines and waits.
@FunctionalInterface
public interface Monotonic {
  /// Nanoseconds since a moment of the implementation's choice; only differences mean something.
  long nanos();

  static Monotonic system() {
    return System::nanoTime;
  }
}
