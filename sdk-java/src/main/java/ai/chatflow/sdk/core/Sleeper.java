package ai.chatflow.sdk.core;

import java.time.Duration;

/// How a thread waits between two attempts.
@FunctionalInterface
public interface Sleeper {
  void sleep(Duration duration) throws InterruptedException;
}
