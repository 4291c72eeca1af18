package ai.chatflow.platform.lanes;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Drives the lanes of a node: one thread beats, one looks for due lanes, one sweeps, one begins
/// steps, each of which has a thread of its own. The beat has a platform thread of its own, so that
/// busy virtual threads cannot make the node seem dead.
final class LaneThreads {
  private static final Logger log = LoggerFactory.getLogger(LaneThreads.class);
  private static final Duration LAST_STEPS = Duration.ofSeconds(15);

  private interface Loop {
    void once() throws InterruptedException;
  }

  private final Lanes lanes;
  private final LaneNode node;
  private final LanesSettings settings;
  private final List<Runnable> beatTasks = new CopyOnWriteArrayList<>();
  private final List<Thread> keepers = new ArrayList<>();
  private volatile boolean started;

  LaneThreads(Lanes lanes, LaneNode node, LanesSettings settings) {
    this.lanes = lanes;
    this.node = node;
    this.settings = settings;
  }

  void onBeat(Runnable task) {
    beatTasks.add(task);
  }

  /// Also answers while `stop` waits for the last steps.
  boolean started() {
    return started && !node.stopping();
  }

  synchronized void start() {
    if (started) {
      throw new IllegalStateException("the lanes of this node run already");
    }
    started = true;
    String host =
        ProcessHandle.current().pid() + "@" + System.getenv().getOrDefault("HOSTNAME", "localhost");
    keepers.add(Thread.ofPlatform().daemon().name("lane-beat").start(beats(host)));
    keepers.add(
        Thread.ofVirtual()
            .name("lane-look")
            .start(
                repeated(
                    () -> {
                      node.poll();
                      node.awaitLook();
                    })));
    keepers.add(
        Thread.ofVirtual()
            .name("lane-sweep")
            .start(
                repeated(
                    () -> {
                      Thread.sleep(settings.sweep());
                      lanes.sweep();
                      node.releaseIdle();
                    })));
    keepers.add(
        Thread.ofVirtual()
            .name("lane-begin")
            .start(repeated(() -> node.awaitStep().ifPresent(LaneThreads::start))));
  }

  private static void start(Runnable step) {
    Thread.ofVirtual()
        .name("lane-step")
        .start(
            () -> {
              try {
                step.run();
              } catch (RuntimeException e) {
                log.warn("A lane was not woken again; the sweep finds it.", e);
              }
            });
  }

  /// The beat goes on until the last step is over: what is in flight must stay ours.
  synchronized void stop() {
    node.stopClaiming();
    boolean quiet;
    try {
      quiet = node.awaitQuiet(LAST_STEPS);
      for (Thread keeper : keepers) {
        keeper.interrupt();
        keeper.join(Duration.ofSeconds(6));
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      return;
    }
    if (!quiet) {
      log.warn("A step of a lane did not end in time; its node's lanes wait for the take-over.");
      return;
    }
    try {
      node.handBack();
    } catch (RuntimeException e) {
      log.warn("The lanes were not handed back; others take them over.", e);
    }
  }

  private Runnable beats(String host) {
    return () -> {
      while (!Thread.currentThread().isInterrupted()) {
        try {
          node.beat(host);
          beatTasks.forEach(Runnable::run);
        } catch (RuntimeException e) {
          log.warn("The node could not beat; without one it gives its lanes up.", e);
        }
        try {
          Thread.sleep(settings.beat());
        } catch (InterruptedException _) {
          return;
        }
      }
    };
  }

  private Runnable repeated(Loop loop) {
    return () -> {
      while (!node.stopping() && !Thread.currentThread().isInterrupted()) {
        try {
          loop.once();
        } catch (InterruptedException _) {
          return;
        } catch (RuntimeException e) {
          log.warn("A look at the lanes failed; trying again.", e);
          try {
            Thread.sleep(settings.poll());
          } catch (InterruptedException _) {
            return;
          }
        }
      }
    };
  }
}
