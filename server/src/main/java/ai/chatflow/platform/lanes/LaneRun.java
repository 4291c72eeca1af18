package ai.chatflow.platform.lanes;

import java.time.Duration;
import java.util.function.Supplier;

/// One step of a lane, given to the kind that works it.
public interface LaneRun {
  LaneKey lane();

  /// Rises with each change of owner.
  long epoch();

  /// Ask right before bytes leave for a provider: whether a call of at most `callTimeout` is over
  /// before any other node could take this lane. False also while the node stops.
  ///
  /// @throws IllegalArgumentException when no call that long could ever start
  boolean mayStart(Duration callTimeout);

  /// Waits for somebody else: the step takes none of the node's places until `call` is over, so
  /// that others go on however long that takes.
  <T> T outside(Supplier<T> call);

  /// The node is going down: finish what is in flight, claim nothing new.
  boolean stopping();
}
