package ai.chatflow.platform.events;

import ai.chatflow.platform.db.Db;
import ai.chatflow.platform.errors.Gone;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/// Follows the log one event at a time, on the thread that asks. What it holds is one page at most:
/// who is slow lags behind in the log, not in memory.
public final class EventCursor implements AutoCloseable {
  private static final int PAGE = 100;
  private static final Duration LOOK_AGAIN = Duration.ofSeconds(5);

  private final Db db;
  private final EventHub hub;
  private final EventStream.Reader reader;
  private final EventStore store = new EventStore();
  private final Queue<StoredEvent> page = new ArrayDeque<>();
  private EventHub.@Nullable Subscription subscription;
  private volatile boolean closed;
  private long position;

  EventCursor(Db db, EventHub hub, EventStream.Reader reader) {
    this.db = db;
    this.hub = hub;
    this.reader = reader;
    this.position = reader.after();
  }

  /// Waits for the next event; empty when the cursor was closed or the node goes down.
  ///
  /// @throws Gone when the reader is so late that the events it has not seen are no longer kept
  public Optional<StoredEvent> next() throws InterruptedException {
    var news = opened();
    while (page.isEmpty() && news.isPresent() && !ended()) {
      if (!read()) {
        news.get().await(LOOK_AGAIN);
      }
    }
    return ended() ? Optional.empty() : Optional.ofNullable(page.poll());
  }

  private boolean ended() {
    return closed || hub.closed();
  }

  private synchronized Optional<EventHub.Subscription> opened() {
    if (closed) {
      return Optional.empty();
    }
    if (subscription == null) {
      subscription = hub.subscribe(reader.workspace());
    }
    return Optional.of(subscription);
  }

  /// Whether it moved on. What is kept is looked at last: then nothing of the page had gone.
  private boolean read() {
    long before = position;
    position =
        db.inTransaction(
            reader.workspace(),
            tx -> {
              long head = store.head(tx);
              if (head <= before) {
                return before;
              }
              var events = store.page(tx, before, reader.types(), PAGE);
              store.requireKept(tx, before);
              page.clear();
              events.stream().filter(reader::wants).forEach(page::add);
              return events.size() == PAGE
                  ? events.getLast().position()
                  : Math.max(head, events.isEmpty() ? head : events.getLast().position());
            });
    return position > before;
  }

  /// Ends it from any thread: `next` returns.
  @Override
  public synchronized void close() {
    closed = true;
    if (subscription != null) {
      subscription.wake();
      subscription.close();
    }
  }
}
