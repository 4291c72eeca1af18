package ai.chatflow.channels;

import ai.chatflow.platform.db.WorkspaceTx;
import ai.chatflow.platform.events.EventLog;
import ai.chatflow.platform.json.Json;
import java.util.ArrayList;
import java.util.List;

/// Remembers what was said, as text.
public final class FakeEventLog implements EventLog {
  private final List<String> said = new ArrayList<>();

  @Override
  public synchronized void append(WorkspaceTx tx, List<NewEvent> events) {
    events.forEach(e -> said.add(e.type().wireName() + " " + Json.write(e.data())));
  }

  public synchronized List<String> types() {
    return said.stream().map(text -> text.split(" ", 2)[0]).toList();
  }

  public synchronized String everything() {
    return String.join("\n", said);
  }
}
