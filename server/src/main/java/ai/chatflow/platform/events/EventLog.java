package ai.chatflow.platform.events;

import ai.chatflow.platform.db.WorkspaceTx;
import java.util.List;

/// Where a change says what happened. Call it in the transaction of the change, after that holds
/// the lock of the aggregate (its row): then for one aggregate the order of events is the order of
/// truth.
public interface EventLog {
  /// The origin of whatever has no other.
  String DIRECT = "direct";

  /// Something that happened.
  ///
  /// @param data of the type that the contract names
  /// @param origin keeps a flood from delaying the rest: publishers take a capped share of each
  ///   origin per round. All events of one aggregate must have the same origin, else their order
  ///   may differ.
  record NewEvent(EventType type, Object data, String origin) {
    public NewEvent {
      if (!type.dataType().isInstance(data)) {
        throw new IllegalArgumentException(
            type.wireName()
                + " carries "
                + type.dataType().getSimpleName()
                + ", not "
                + data.getClass());
      }
    }

    public NewEvent(EventType type, Object data) {
      this(type, data, DIRECT);
    }
  }

  /// Appends them in their order, with one statement.
  void append(WorkspaceTx tx, List<NewEvent> events);

  default void append(WorkspaceTx tx, EventType type, Object data) {
    append(tx, List.of(new NewEvent(type, data)));
  }
}
