package ai.chatflow.platform.lanes;

import java.util.function.Consumer;

/// Tells other nodes that a lane is due, so that they need not wait for their next look. Signals
/// may be lost, doubled or late: lane rows are the truth.
public interface WakeSignals {
  /// No other nodes, or none that can be told: they poll.
  WakeSignals NONE =
      new WakeSignals() {
        @Override
        public void send(LaneKey lane) {}

        @Override
        public void listen(Consumer<LaneKey> listener) {}
      };

  /// Must not block and must not throw.
  void send(LaneKey lane);

  /// Called once, when the node starts.
  void listen(Consumer<LaneKey> listener);
}
