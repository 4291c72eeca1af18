package ai.chatflow.platform.lanes;

import java.time.Duration;

/// - `beat`: how often a node shows that it lives
/// - `takeOver`: how long a beat must stand still before others take the node's lanes
/// - `poll`: the longest a due lane waits when no signal comes through
/// - `sweep`: how often lanes are compared with their queues
/// - `idleRelease`: an idle lane goes back to the pool after this time, so that load spreads
/// - `gather`: how long a lane that found a little lets more gather before it looks again
/// - `workers`: steps at once; `perWorkspace`: how many of them may be one workspace's
/// - `outside`: steps that wait for somebody else and take no place; more than these keep theirs
public record LanesSettings(
    Duration beat,
    Duration takeOver,
    Duration poll,
    Duration sweep,
    Duration idleRelease,
    Duration gather,
    int workers,
    int perWorkspace,
    int outside) {

  public static final LanesSettings DEFAULT =
      new LanesSettings(
          Duration.ofSeconds(1),
          Duration.ofSeconds(10),
          Duration.ofMillis(500),
          Duration.ofSeconds(10),
          Duration.ofSeconds(30),
          Duration.ofMillis(15),
          16,
          8,
          512);

  public LanesSettings {
    if (takeOver.compareTo(beat.multipliedBy(4)) < 0) {
      throw new IllegalArgumentException("takeOver must be at least four beats");
    }
    if (poll.compareTo(Duration.ofMillis(500)) > 0) {
      throw new IllegalArgumentException("poll must be at most 500 ms");
    }
    if (workers < 1 || perWorkspace < 1) {
      throw new IllegalArgumentException("workers and perWorkspace must be positive");
    }
  }

  /// A lane is given up this long before others may take it.
  Duration margin() {
    return beat.dividedBy(2);
  }

  /// The longest time-out a provider call may have: one beat may be missed and it is still over
  /// before anyone takes the lane.
  public Duration longestCall() {
    return takeOver.minus(beat.multipliedBy(2)).minus(margin());
  }
}
