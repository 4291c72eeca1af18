package ai.chatflow.platform.graphql;

import java.util.Optional;
import java.util.concurrent.CancellationException;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;

/// What a field of `Subscription` answers: values without end. They are waited for on the thread
/// that requests them, so that a value is only fetched when its reader is ready for it.
public final class Endless<T> implements Publisher<T> {
  private final Source<T> source;

  /// Where the values come from.
  public interface Source<T> {
    /// Waits for the next one; empty when there will be none.
    Optional<T> next() throws InterruptedException;

    /// Ends the wait, from any thread.
    void close();
  }

  public Endless(Source<T> source) {
    this.source = source;
  }

  @Override
  public void subscribe(Subscriber<? super T> reader) {
    reader.onSubscribe(
        new Subscription() {
          @Override
          public void request(long count) {
            for (long i = 0; i < count && give(reader); i++) {}
          }

          @Override
          public void cancel() {
            source.close();
          }
        });
  }

  private boolean give(Subscriber<? super T> reader) {
    Optional<T> next;
    try {
      next = source.next();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      reader.onError(new CancellationException());
      return false;
    } catch (RuntimeException e) {
      source.close();
      reader.onError(e);
      return false;
    }
    if (next.isEmpty()) {
      source.close();
      reader.onComplete();
      return false;
    }
    reader.onNext(next.get());
    return true;
  }
}
