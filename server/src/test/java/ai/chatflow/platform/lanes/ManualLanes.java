package ai.chatflow.platform.lanes;

import ai.chatflow.platform.db.Db;
import ai.chatflow.testing.ManualClock;
import java.time.Duration;

/// Lanes without threads: a test says when they run, and its clock says what is due.
public final class ManualLanes {
  /// Nothing gathers while nobody moves the clock.
  public static final LanesSettings SETTINGS =
      new LanesSettings(
          LanesSettings.DEFAULT.beat(),
          LanesSettings.DEFAULT.takeOver(),
          LanesSettings.DEFAULT.poll(),
          LanesSettings.DEFAULT.sweep(),
          LanesSettings.DEFAULT.idleRelease(),
          Duration.ZERO,
          LanesSettings.DEFAULT.workers(),
          LanesSettings.DEFAULT.perWorkspace(),
          LanesSettings.DEFAULT.outside());

  private static final int TOO_MANY = 100_000;

  private final Lanes lanes;

  public ManualLanes(Db db, ManualClock clock) {
    this(db, clock, SETTINGS, LanePauses.NONE);
  }

  public ManualLanes(Db db, ManualClock clock, LanesSettings settings, LanePauses pauses) {
    this.lanes = new Lanes(db, clock, clock, settings, WakeSignals.NONE, pauses);
  }

  private ManualLanes(Lanes lanes) {
    this.lanes = lanes;
  }

  /// Drives lanes that were wired elsewhere.
  public static ManualLanes over(Lanes lanes) {
    return new ManualLanes(lanes);
  }

  /// What the code under test is given.
  public Lanes lanes() {
    return lanes;
  }

  /// Works everything that is due now, on this thread, until nothing is; returns the steps it took.
  public int runDue() {
    lanes.node().beat("test");
    int steps = 0;
    do {
      while (lanes.node().runOne()) {
        if (++steps > TOO_MANY) {
          throw new IllegalStateException("the lanes do not come to rest");
        }
      }
    } while (lanes.node().poll() > 0);
    return steps;
  }

  /// Shows that this node lives, and sees which others do.
  public void beat() {
    lanes.node().beat("test");
  }

  /// Readies due lanes without working them; returns how many.
  public int poll() {
    return lanes.node().poll();
  }

  /// Works one step of a lane that is ready.
  public boolean runOne() {
    return lanes.node().runOne();
  }

  /// Compares lanes with their queues.
  public void sweep() {
    lanes.sweep();
  }

  /// Gives up lanes that have been idle for long.
  public void releaseIdle() {
    lanes.node().releaseIdle();
  }

  /// What the end of a server does.
  public void stop() {
    lanes.node().stopClaiming();
    lanes.node().handBack();
  }
}
