package ai.chatflow.sdk;

import ai.chatflow.sdk.core.Timer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// Lets short delays pass at once and remembers them; an alarm of 20 seconds or more rings when the
/// test says so.
final class ManualTimer implements Timer {
  private static final Duration ALARM = Duration.ofSeconds(20);

  private final List<Duration> waited = new ArrayList<>();
  private final List<Alarm> armed = new ArrayList<>();
  private int ringing;

  @Override
  public Runnable after(Duration delay, Runnable task) {
    Alarm alarm = new Alarm(delay, task);
    if (!takeIn(alarm)) {
      task.run();
    }
    return () -> remove(alarm);
  }

  private synchronized boolean takeIn(Alarm alarm) {
    if (alarm.delay().compareTo(ALARM) < 0) {
      waited.add(alarm.delay());
      return false;
    }
    if (ringing > 0 && --ringing == 0) {
      return false;
    }
    armed.add(alarm);
    notifyAll();
    return true;
  }

  /// The alarm that is set after `number - 1` others rings as soon as it is set.
  synchronized void ringAtOnce(int number) {
    ringing = number;
  }

  private synchronized void remove(Alarm alarm) {
    armed.remove(alarm);
  }

  synchronized List<Duration> waited() {
    return List.copyOf(waited);
  }

  synchronized List<Duration> armed() {
    return armed.stream().map(Alarm::delay).toList();
  }

  private record Alarm(Duration delay, Runnable task) {}
}
