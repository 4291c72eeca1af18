package ai.chatflow.sdk.core.events;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/// Lets one task run at a time, in the order of their arrival, on the threads that bring them:
/// state that only tasks touch needs no lock.
final class Turn {
  private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
  private final AtomicInteger waiting = new AtomicInteger();

  /// Runs the task now, or lets the thread that is at it run it next.
  void take(Runnable task) {
    tasks.add(task);
    if (waiting.getAndIncrement() == 0) {
      do {
        Runnable next = tasks.remove();
        next.run();
      } while (waiting.decrementAndGet() != 0);
    }
  }
}
