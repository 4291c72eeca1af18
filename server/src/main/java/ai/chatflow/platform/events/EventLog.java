package ai.chatflow.platform.events;

import ai.chatflow.platform.db.WorkspaceTx;

/// Where a change says what happened. Call it in the transaction of the change, after that holds
/// the lock of the aggregate (its row): then for one aggregate the order of events is the order of
/// truth.
public interface EventLog {
  /// The origin of whatever has no other.
  String DIRECT = "direct";

  /// `origin` keeps a flood from delaying the rest: publishers take a capped share of each origin
  /// per round. All events of one aggregate must have the same origin, else their order may differ.
  void append(WorkspaceTx tx, EventType type, Object data, String origin);

  /// Appends with the origin `DIRECT`. `data` is of the type that the contract names.
  default void append(WorkspaceTx tx, EventType type, Object data) {
    append(tx, type, data, DIRECT);
  }
}
