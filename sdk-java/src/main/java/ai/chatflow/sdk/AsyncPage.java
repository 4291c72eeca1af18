package ai.chatflow.sdk;

import ai.chatflow.sdk.core.Fields;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// One page of a list, and the way to the next, for those who do not wait.
public final class AsyncPage<T> {
  private final List<T> data;
  private final boolean hasMore;
  private final @Nullable String nextCursor;
  private final Function<String, CompletableFuture<AsyncPage<T>>> fetch;

  /// `fetch` asks for the page at a cursor, with the same filters. Made by the client.
  public AsyncPage(
      List<T> data,
      boolean hasMore,
      @Nullable String nextCursor,
      Function<String, CompletableFuture<AsyncPage<T>>> fetch) {
    this.data = Objects.requireNonNull(Fields.copy(data));
    this.hasMore = hasMore;
    this.nextCursor = nextCursor;
    this.fetch = fetch;
  }

  public List<T> data() {
    return data;
  }

  public boolean hasMore() {
    return hasMore && nextCursor != null;
  }

  public Optional<String> nextCursor() {
    return Optional.ofNullable(nextCursor);
  }

  /// Asks the server for the page after this one.
  ///
  /// @throws NoSuchElementException when [#hasMore()] is false
  public CompletableFuture<AsyncPage<T>> nextPage() {
    if (!hasMore || nextCursor == null) {
      throw new NoSuchElementException("This is the last page.");
    }
    return fetch.apply(nextCursor);
  }

  /// Hands over every item from this page on, one at a time and in order; a further page is asked
  /// for when the items before it are through. To cancel the future ends it.
  public CompletableFuture<Void> forEachAsync(Consumer<? super T> action) {
    Walk<T> walk = new Walk<>(action);
    walk.from(this);
    return walk.done;
  }

  private static final class Walk<T> {
    private final Consumer<? super T> action;
    private final CompletableFuture<Void> done = new CompletableFuture<>();
    private volatile @Nullable CompletableFuture<?> asked;

    Walk(Consumer<? super T> action) {
      this.action = action;
      var unused = done.whenComplete((nothing, error) -> cancel(asked));
    }

    /// A loop, not a recursion, over pages that are there already: lists can be long.
    void from(AsyncPage<T> first) {
      try {
        AsyncPage<T> page = first;
        while (hand(page) && page.hasMore()) {
          CompletableFuture<AsyncPage<T>> next = page.nextPage();
          if (!next.isDone()) {
            resume(next);
            return;
          }
          page = next.join();
        }
        done.complete(null);
      } catch (RuntimeException e) {
        done.completeExceptionally(e);
      }
    }

    private boolean hand(AsyncPage<T> page) {
      for (T item : page.data) {
        if (done.isDone()) {
          return false;
        }
        action.accept(item);
      }
      return !done.isDone();
    }

    private void resume(CompletableFuture<AsyncPage<T>> next) {
      asked = next;
      if (done.isDone()) {
        cancel(next);
      }
      var unused =
          next.whenComplete(
              (page, error) -> {
                if (error != null) {
                  done.completeExceptionally(error);
                } else {
                  from(page);
                }
              });
    }

    private static void cancel(@Nullable CompletableFuture<?> future) {
      if (future != null) {
        future.cancel(true);
      }
    }
  }
}
