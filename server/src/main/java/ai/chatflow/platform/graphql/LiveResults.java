package ai.chatflow.platform.graphql;

import graphql.ExecutionResult;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;
import org.dataloader.DataLoader;
import org.dataloader.DataLoaderRegistry;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;

/// The results of a subscription, one after the other, on the thread that follows them.
public final class LiveResults {
  private final Publisher<ExecutionResult> publisher;
  private final DataLoaderRegistry loaders;
  private final Function<ExecutionResult, Map<String, Object>> shown;
  private @Nullable Subscription subscription;
  private volatile boolean cancelled;

  /// @param loaders forget everything before each result, so that each shows what is
  LiveResults(
      Publisher<ExecutionResult> publisher,
      DataLoaderRegistry loaders,
      Function<ExecutionResult, Map<String, Object>> shown) {
    this.publisher = publisher;
    this.loaders = loaders;
    this.shown = shown;
  }

  /// Gives each result to the taker and asks for the next when that is done; until it is cancelled
  /// or there will be no more. What ends it otherwise is thrown.
  public void follow(Consumer<Map<String, Object>> taker) {
    var inlet = new Inlet();
    publisher.subscribe(inlet);
    while (!cancelled && !inlet.completed) {
      loaders.getDataLoaders().forEach(DataLoader::clearAll);
      inlet.requestOne();
      if (inlet.failure != null) {
        throw inlet.failure;
      }
      var result = inlet.take();
      if (result != null && !cancelled) {
        taker.accept(shown.apply(result));
      }
    }
  }

  /// From any thread.
  public synchronized void cancel() {
    cancelled = true;
    if (subscription != null) {
      subscription.cancel();
    }
  }

  private synchronized void began(Subscription begun) {
    subscription = begun;
    if (cancelled) {
      begun.cancel();
    }
  }

  /// Holds what the request on this very thread brought.
  private final class Inlet implements Subscriber<ExecutionResult> {
    private @Nullable Subscription own;
    private @Nullable ExecutionResult result;
    private @Nullable RuntimeException failure;
    private boolean completed;

    private void requestOne() {
      if (own == null) {
        throw new IllegalStateException("the publisher has given no subscription");
      }
      own.request(1);
      if (result == null && failure == null && !completed && !cancelled) {
        throw new IllegalStateException("a result of a subscription is not there when it should");
      }
    }

    private @Nullable ExecutionResult take() {
      var taken = result;
      result = null;
      return taken;
    }

    @Override
    public void onSubscribe(Subscription given) {
      own = given;
      began(given);
    }

    @Override
    public void onNext(ExecutionResult next) {
      result = next;
    }

    @Override
    public void onError(Throwable thrown) {
      failure =
          thrown instanceof RuntimeException unchecked
              ? unchecked
              : new IllegalStateException("a subscription failed", thrown);
    }

    @Override
    public void onComplete() {
      completed = true;
    }
  }
}
