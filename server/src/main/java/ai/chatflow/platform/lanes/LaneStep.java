package ai.chatflow.platform.lanes;

/// What a step of work found.
public enum LaneStep {
  /// There may be more to do at once.
  MORE,
  /// Nothing to do before `LaneKind.earliestDue`.
  IDLE
}
