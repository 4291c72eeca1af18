package ai.chatflow.platform.events;

import ai.chatflow.platform.errors.Gone;
import ai.chatflow.platform.ids.WorkspaceId;
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

  private final LiveEvents log;
  private final EventHub hub;
  private final WorkspaceId workspace;
  private final EventFilter filter;
  private final Queue<StoredEvent> page = new ArrayDeque<>();
  private EventHub.@Nullable Subscription subscription;
  private volatile boolean closed;
  private long position;

  EventCursor(LiveEvents log, EventHub hub, WorkspaceId workspace, long after, EventFilter filter) {
    this.log = log;
    this.hub = hub;
    this.workspace = workspace;
    this.position = after;
    this.filter = filter;
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
      subscription = hub.subscribe(workspace);
    }
    return Optional.of(subscription);
  }

  /// Whether it moved on.
  private boolean read() {
    var stretch = log.next(workspace, position, filter, PAGE);
    boolean moved = stretch.through() > position;
    stretch.events().stream().filter(filter::wants).forEach(page::add);
    position = stretch.through();
    return moved;
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
