package ai.chatflow.sdk.core;

import ai.chatflow.sdk.errors.ApiException;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/// [Attempts] without a thread that waits.
final class AsyncAttempts {
  private final Settings settings;

  AsyncAttempts(Settings settings) {
    this.settings = settings;
  }

  /// @return an answer with a status of 2xx, or an exception as [Attempts] would throw it; to
  ///   cancel it ends the attempt that runs and those to come
  CompletableFuture<HttpResponse<byte[]>> send(HttpRequest request, int maxRetries) {
    Call call = new Call(request, maxRetries);
    call.attempt(1);
    return call.result;
  }

  private final class Call {
    private final HttpRequest request;
    private final int maxRetries;
    private final CompletableFuture<HttpResponse<byte[]>> result = new CompletableFuture<>();
    private volatile Runnable stop = () -> {};

    Call(HttpRequest request, int maxRetries) {
      this.request = request;
      this.maxRetries = maxRetries;
      var unused =
          result.whenComplete(
              (answer, error) -> {
                if (result.isCancelled()) {
                  stop.run();
                }
              });
    }

    void attempt(int number) {
      try {
        send(number);
      } catch (RuntimeException e) {
        result.completeExceptionally(e);
      }
    }

    private void send(int number) {
      AttemptLog log = new AttemptLog(settings.log(), request, number);
      CompletableFuture<HttpResponse<byte[]>> answer =
          settings.http().sendAsync(request, BodyHandlers.ofByteArray());
      AtomicBoolean late = new AtomicBoolean();
      Runnable inTime =
          settings
              .timer()
              .after(
                  request.timeout().orElse(settings.timeout()),
                  () -> {
                    late.set(true);
                    answer.cancel(true);
                  });
      stopWith(() -> answer.cancel(true));
      var unused =
          answer.whenComplete(
              (response, error) -> {
                inTime.run();
                if (!result.isDone()) {
                  ended(number, log, response, late.get() ? tooLate() : error);
                }
              });
    }

    private void ended(
        int number,
        AttemptLog log,
        @Nullable HttpResponse<byte[]> response,
        @Nullable Throwable error) {
      try {
        if (response == null || error != null) {
          IOException cause = Failures.cause(error == null ? new IOException("no answer") : error);
          log.failed(cause);
          failed(number, cause);
        } else {
          log.answered(response);
          answered(number, response);
        }
      } catch (RuntimeException e) {
        result.completeExceptionally(e); // thrown by the log hook: nobody else would hear of it
      }
    }

    private void answered(int number, HttpResponse<byte[]> response) {
      if (response.statusCode() / 100 == 2) {
        result.complete(response);
        return;
      }
      ApiException error = Failures.refusal(response, response.body());
      Optional<Duration> wait = settings.retries().delay(number, error);
      if (number > maxRetries || wait.isEmpty()) {
        result.completeExceptionally(error);
      } else {
        again(number, wait.get());
      }
    }

    private void failed(int number, IOException cause) {
      if (number > maxRetries) {
        result.completeExceptionally(Failures.failure(request, cause));
      } else {
        again(number, settings.retries().backoff(number));
      }
    }

    private void again(int number, Duration delay) {
      stopWith(settings.timer().after(delay, () -> attempt(number + 1)));
    }

    private void stopWith(Runnable stop) {
      this.stop = stop;
      if (result.isCancelled()) {
        stop.run();
      }
    }
  }

  private static HttpTimeoutException tooLate() {
    return new HttpTimeoutException("request timed out");
  }
}
