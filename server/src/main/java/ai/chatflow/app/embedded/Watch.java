package ai.chatflow.app.embedded;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Looks at a process four times a second and revives it when it is gone, waiting longer after each
/// failure.
final class Watch implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Watch.class);
  private static final Duration INTERVAL = Duration.ofMillis(250);
  private static final Duration LONGEST = Duration.ofSeconds(10);

  @FunctionalInterface
  interface Revival {
    void run() throws IOException;
  }

  private final String what;
  private final BooleanSupplier alive;
  private final Revival revival;
  private final CountDownLatch closed = new CountDownLatch(1);
  private final Thread thread;

  Watch(String what, BooleanSupplier alive, Revival revival) {
    this.what = what;
    this.alive = alive;
    this.revival = revival;
    this.thread = Thread.ofVirtual().name("watch-" + what).start(this::watch);
  }

  private void watch() {
    var wait = INTERVAL;
    while (!closedWithin(wait)) {
      if (alive.getAsBoolean()) {
        wait = INTERVAL;
      } else {
        wait = revive() ? INTERVAL : longer(wait);
      }
    }
  }

  private boolean revive() {
    try {
      revival.run();
      return true;
    } catch (IOException | RuntimeException e) {
      LOG.warn("{} could not be revived yet: {}", what, e.getMessage());
      return false;
    }
  }

  private static Duration longer(Duration wait) {
    var doubled = wait.multipliedBy(2);
    return doubled.compareTo(LONGEST) > 0 ? LONGEST : doubled;
  }

  private boolean closedWithin(Duration wait) {
    try {
      return closed.await(wait.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException _) {
      return true;
    }
  }

  /// Ends the watch; a revival that runs is finished first.
  @Override
  public void close() {
    closed.countDown();
    try {
      thread.join();
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }
}
