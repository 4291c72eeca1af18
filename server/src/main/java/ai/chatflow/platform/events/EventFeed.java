package ai.chatflow.platform.events;

import ai.chatflow.platform.db.WorkspaceTx;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/// Tells readers of the log that events are published, in the transaction that does it: what they
/// queue or wake takes effect with it. Sometimes nothing is there yet: then they are told again.
public final class EventFeed {
  private final List<Consumer<WorkspaceTx>> readers = new CopyOnWriteArrayList<>();

  /// Before the node starts.
  public void register(Consumer<WorkspaceTx> reader) {
    readers.add(reader);
  }

  void published(WorkspaceTx tx) {
    readers.forEach(reader -> reader.accept(tx));
  }
}
