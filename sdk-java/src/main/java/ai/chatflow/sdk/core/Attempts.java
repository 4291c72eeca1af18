package ai.chatflow.sdk.core;

import ai.chatflow.sdk.errors.ApiException;
import ai.chatflow.sdk.errors.ConnectionException;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;

/// Sends one request until it is answered for good, and tells the log hook of each attempt.
final class Attempts {
  private final Settings settings;

  Attempts(Settings settings) {
    this.settings = settings;
  }

  /// The same `request` goes out each time, and so the same idempotency key.
  ///
  /// @return an answer with a status of 2xx
  HttpResponse<byte[]> send(HttpRequest request, int maxRetries) {
    for (int number = 1; ; number++) {
      Duration delay;
      try {
        HttpResponse<byte[]> response = attempt(request, number);
        if (response.statusCode() / 100 == 2) {
          return response;
        }
        ApiException error = Failures.refusal(response, response.body());
        Optional<Duration> wait = settings.retries().delay(number, error);
        if (number > maxRetries || wait.isEmpty()) {
          throw error;
        }
        delay = wait.get();
      } catch (IOException e) {
        if (number > maxRetries) {
          throw Failures.failure(request, e);
        }
        delay = settings.retries().backoff(number);
      }
      sleep(delay);
    }
  }

  private HttpResponse<byte[]> attempt(HttpRequest request, int number) throws IOException {
    AttemptLog log = new AttemptLog(settings.log(), request, number);
    try {
      HttpResponse<byte[]> response = exchange(request);
      log.answered(response);
      return response;
    } catch (IOException e) {
      log.failed(e);
      throw e;
    }
  }

  /// The timeout holds to the last byte; that of `HttpClient.send` ends with the headers.
  private HttpResponse<byte[]> exchange(HttpRequest request) throws IOException {
    CompletableFuture<HttpResponse<byte[]>> answer =
        settings.http().sendAsync(request, BodyHandlers.ofByteArray());
    try {
      return answer.get(
          request.timeout().orElse(settings.timeout()).toMillis(), TimeUnit.MILLISECONDS);
    } catch (java.util.concurrent.TimeoutException e) {
      answer.cancel(true);
      throw new HttpTimeoutException("request timed out");
    } catch (ExecutionException e) {
      throw Failures.cause(e);
    } catch (InterruptedException e) {
      answer.cancel(true);
      throw interrupted(e);
    }
  }

  /// @throws ConnectionException when the thread is interrupted
  void sleep(Duration delay) {
    try {
      settings.sleeper().sleep(delay);
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
  }

  private static ConnectionException interrupted(InterruptedException cause) {
    Thread.currentThread().interrupt();
    return new ConnectionException("The thread was interrupted.", cause);
  }
}
