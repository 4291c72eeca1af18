package ai.chatflow.sdk;

import ai.chatflow.sdk.errors.ConnectionException;
import ai.chatflow.sdk.model.Event;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Flow;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Function;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/// Events as they happen, for one thread. When the connection breaks, it is made again and goes on
/// after the last event: each comes once and in order.
///
/// ```java
/// try (EventStream events = client.events().stream()) {
///   for (Event event : events) { … }
/// }
/// ```
public final class EventStream implements Iterable<Event>, AutoCloseable {
  private final Inbox inbox = new Inbox();
  private final Iterator<Event> iterator = new EventIterator();

  /// Returns when the stream is open. Made by the client.
  ///
  /// @param source brings events to a subscriber; its future is done when it is open
  public EventStream(Function<Flow.Subscriber<Event>, CompletableFuture<Void>> source) {
    inbox.await(source.apply(inbox));
  }

  /// Always the same: what was read is gone. `hasNext` waits for an event; it is false after
  /// [#close()], and throws what ended the stream:
  ///
  /// - an [ai.chatflow.sdk.errors.ApiException] such as
  ///   [ai.chatflow.sdk.errors.AuthenticationException], or [ai.chatflow.sdk.errors.GoneException]
  ///   when the position is kept no longer
  /// - a [ConnectionException] when the thread is interrupted
  @Override
  public Iterator<Event> iterator() {
    return iterator;
  }

  /// The same events as a sequential stream. To close it closes this one.
  public Stream<Event> stream() {
    return StreamSupport.stream(
            Spliterators.spliteratorUnknownSize(
                iterator, Spliterator.ORDERED | Spliterator.NONNULL),
            false)
        .onClose(this::close);
  }

  /// Ends the connection, and the waiting of whoever waits for an event. From any thread.
  @Override
  public void close() {
    inbox.close();
  }

  private final class EventIterator implements Iterator<Event> {
    private @Nullable Event next;

    @Override
    public boolean hasNext() {
      if (next == null) {
        next = inbox.take();
      }
      return next != null;
    }

    @Override
    public Event next() {
      if (!hasNext() || next == null) {
        throw new NoSuchElementException("The stream is closed.");
      }
      Event event = next;
      next = null;
      return event;
    }
  }

  /// From the threads that bring events to the one that reads them.
  private static final class Inbox implements Flow.Subscriber<Event> {
    private final BlockingQueue<Signal> signals = new LinkedBlockingQueue<>();
    private volatile Flow.@Nullable Subscription subscription;
    private volatile boolean closed;

    void await(CompletableFuture<Void> open) {
      try {
        open.get();
      } catch (InterruptedException e) {
        throw interrupted(e);
      } catch (ExecutionException e) {
        throw known(e.getCause());
      }
    }

    /// Null when closed. One event is asked for at a time: the rest waits where it comes from.
    @Nullable Event take() {
      Flow.Subscription source = subscription;
      if (closed || source == null) {
        return null;
      }
      source.request(1);
      Signal signal = await();
      if (signal.error() != null) {
        signals.add(signal); // for whoever asks again
        throw signal.error();
      }
      return signal.event();
    }

    void close() {
      closed = true;
      Flow.Subscription source = subscription;
      if (source != null) {
        source.cancel();
      }
      signals.add(new Signal(null, null));
    }

    private Signal await() {
      try {
        return signals.take();
      } catch (InterruptedException e) {
        throw interrupted(e);
      }
    }

    private ConnectionException interrupted(InterruptedException cause) {
      close();
      Thread.currentThread().interrupt();
      return new ConnectionException("The thread was interrupted.", cause);
    }

    private static RuntimeException known(@Nullable Throwable error) {
      return error instanceof RuntimeException known
          ? known
          : new ConnectionException("The stream broke.", error);
    }

    @Override
    public void onSubscribe(Flow.Subscription source) {
      subscription = source;
      if (closed) {
        source.cancel();
      }
    }

    @Override
    public void onNext(Event event) {
      signals.add(new Signal(event, null));
    }

    @Override
    public void onError(Throwable error) {
      signals.add(new Signal(null, known(error)));
    }

    @Override
    public void onComplete() {
      signals.add(new Signal(null, null));
    }
  }

  /// An event, an error, or neither: the end.
  private record Signal(@Nullable Event event, @Nullable RuntimeException error) {}
}
