package ai.chatflow.platform.lanes;

/// Named moments at which a crash or a race would matter. Production does nothing there; tests step
/// through them.
public interface LanePauses {
  LanePauses NONE = new LanePauses() {};

  /// The enqueuer's rows are committed, the lane is not yet woken.
  default void betweenCommitAndWake(LaneKey lane) {}

  /// The worker has committed that the lane is idle and has not read the queue again.
  default void betweenIdleAndReread(LaneKey lane) {}

  /// The worker is about to ask whether a call may start.
  default void beforeSend(LaneKey lane) {}
}
