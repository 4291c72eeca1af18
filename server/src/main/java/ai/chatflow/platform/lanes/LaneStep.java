package ai.chatflow.platform.lanes;

/// What a step of work found.
public enum LaneStep {
  /// There may be more to do at once.
  MORE,
  /// Something was done, and what comes next may gather a little: fewer steps then do the same.
  SOON,
  /// Nothing to do before `LaneKind.earliestDue`.
  IDLE
}
