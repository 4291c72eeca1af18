package ai.chatflow.flows;

import ai.chatflow.platform.db.WorkspaceTx;
import ai.chatflow.platform.events.EventLog;
import ai.chatflow.platform.events.EventType;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/// Remembers what was appended.
final class FakeEventLog implements EventLog {
  record Entry(EventType type, Object data) {}

  private final List<Entry> entries = new CopyOnWriteArrayList<>();

  @Override
  public void append(WorkspaceTx tx, EventType type, Object data, String origin) {
    if (!type.dataType().isInstance(data)) {
      throw new IllegalArgumentException(type + " does not carry " + data.getClass());
    }
    entries.add(new Entry(type, data));
  }

  List<EventType> types() {
    return entries.stream().map(Entry::type).toList();
  }
}
