package ai.chatflow.platform.lanes;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// One lane of this node. What changes belongs to its `LaneBook`, under that one's lock.
final class OwnedLane {
  enum State {
    IDLE,
    RESTING,
    READY,
    RUNNING,
    LEAVING
  }

  /// A rest that is over at a monotonic time, unless the lane was dropped or woken meanwhile.
  record Rest(OwnedLane lane, long until) {
    boolean counts() {
      return lane.state == State.RESTING && lane.restsUntil == until;
    }
  }

  private final LaneStore.Held held;
  private final long generation;
  State state = State.IDLE;
  long idleSince;
  long restsUntil;

  /// How long the step under way has been outside.
  long outside;

  int failures;
  @Nullable Instant next;
  boolean stale;
  boolean wokenMeanwhile;

  OwnedLane(LaneStore.Held held, long generation) {
    this.held = held;
    this.generation = generation;
  }

  LaneStore.Held held() {
    return held;
  }

  /// Names the unbroken row of beats under which the lane became ours.
  long generation() {
    return generation;
  }

  int failures() {
    return failures;
  }
}
