package ai.chatflow.sdk.core;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/// Runs something later, without a thread that waits for it.
@FunctionalInterface
public interface Timer {
  /// @return what calls it off; harmless afterwards
  Runnable after(Duration delay, Runnable task);

  /// Runs tasks in the common pool.
  static Timer system() {
    return (delay, task) -> {
      CompletableFuture<Void> due =
          new CompletableFuture<Void>()
              .completeOnTimeout(null, delay.toNanos(), TimeUnit.NANOSECONDS);
      CompletableFuture<Void> run = due.thenRunAsync(task);
      return () -> {
        due.cancel(false);
        run.cancel(false);
      };
    };
  }
}
