package ai.chatflow.flows;

import ai.chatflow.platform.db.WorkspaceTx;
import ai.chatflow.platform.events.EventLog;
import ai.chatflow.platform.events.EventType;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/// Remembers what was appended.
final class FakeEventLog implements EventLog {
  private final List<NewEvent> entries = new CopyOnWriteArrayList<>();

  @Override
  public void append(WorkspaceTx tx, List<NewEvent> events) {
    entries.addAll(events);
  }

  List<EventType> types() {
    return entries.stream().map(NewEvent::type).toList();
  }
}
