package ai.chatflow.sdk.core;

import ai.chatflow.sdk.ApiResponse;
import ai.chatflow.sdk.WaitOptions;
import ai.chatflow.sdk.model.Operation;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// [OperationWait] without a thread that waits.
final class AsyncOperationWait {
  private final Timer timer;
  private final OperationWait wait;
  private final Supplier<CompletableFuture<ApiResponse<Operation>>> ask;
  private final CompletableFuture<Operation> result = new CompletableFuture<>();
  private volatile Runnable stop = () -> {};

  AsyncOperationWait(
      Settings settings,
      Supplier<CompletableFuture<ApiResponse<Operation>>> ask,
      WaitOptions options) {
    this.timer = settings.timer();
    this.wait = new OperationWait(settings.retries(), options);
    this.ask = ask;
  }

  /// To cancel the future ends the question that is asked and those to come; the operation goes on.
  CompletableFuture<Operation> begin() {
    var unused =
        result.whenComplete(
            (operation, error) -> {
              if (result.isCancelled()) {
                stop.run();
              }
            });
    ask();
    return result;
  }

  private void ask() {
    try {
      CompletableFuture<ApiResponse<Operation>> answer = ask.get();
      stopWith(() -> answer.cancel(true));
      var unused = answer.whenComplete(this::answered);
    } catch (RuntimeException e) {
      result.completeExceptionally(e);
    }
  }

  private void answered(@Nullable ApiResponse<Operation> answer, @Nullable Throwable error) {
    if (answer == null) {
      result.completeExceptionally(cause(error));
      return;
    }
    try {
      Optional<Duration> delay = wait.next(answer);
      if (delay.isEmpty()) {
        result.complete(answer.body());
      } else if (!result.isDone()) {
        stopWith(timer.after(delay.get(), this::ask));
      }
    } catch (RuntimeException e) {
      result.completeExceptionally(e);
    }
  }

  private void stopWith(Runnable stop) {
    this.stop = stop;
    if (result.isCancelled()) {
      stop.run();
    }
  }

  private static Throwable cause(@Nullable Throwable error) {
    if (error instanceof CompletionException && error.getCause() != null) {
      return error.getCause();
    }
    return error == null ? new IllegalStateException("no answer") : error;
  }
}
