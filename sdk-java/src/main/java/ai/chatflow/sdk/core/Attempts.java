package ai.chatflow.sdk.core;

import ai.chatflow.sdk.LogHook;
import ai.chatflow.sdk.errors.ApiException;
import ai.chatflow.sdk.errors.ConnectionException;
import ai.chatflow.sdk.errors.TimeoutException;
import ai.chatflow.sdk.model.Problem;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Sends one request until it is answered for good, and tells the log hook of each attempt.
final class Attempts {
  private static final Set<String> HARMLESS =
      Set.of(
          "accept",
          "chatflow-workspace",
          "content-type",
          "idempotency-key",
          "if-match",
          "user-agent");

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
        ApiException error =
            ApiException.of(response.statusCode(), response.headers(), problem(response));
        Optional<Duration> wait = settings.retries().delay(number, error);
        if (number > maxRetries || wait.isEmpty()) {
          throw error;
        }
        delay = wait.get();
      } catch (IOException e) {
        if (number > maxRetries) {
          throw failure(request, e);
        }
        delay = settings.retries().backoff(number);
      }
      sleep(delay);
    }
  }

  private HttpResponse<byte[]> attempt(HttpRequest request, int number) throws IOException {
    long start = System.nanoTime();
    try {
      HttpResponse<byte[]> response = exchange(request);
      log(request, number, start, response, null);
      return response;
    } catch (IOException e) {
      log(request, number, start, null, e);
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
      throw e.getCause() instanceof IOException cause ? cause : new IOException(e.getCause());
    } catch (InterruptedException e) {
      answer.cancel(true);
      throw interrupted(e);
    }
  }

  private void log(
      HttpRequest request,
      int number,
      long start,
      @Nullable HttpResponse<byte[]> response,
      @Nullable IOException failure) {
    Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    request
        .headers()
        .map()
        .forEach(
            (name, values) ->
                headers.put(
                    name,
                    HARMLESS.contains(name.toLowerCase(Locale.ROOT)) ? values.get(0) : "***"));
    settings
        .log()
        .attempted(
            new LogHook.Attempt(
                request.method(),
                request.uri().getRawPath(),
                number,
                Map.copyOf(headers),
                Optional.ofNullable(response).map(HttpResponse::statusCode),
                Optional.ofNullable(response).flatMap(r -> r.headers().firstValue("Request-Id")),
                Optional.ofNullable(failure).map(e -> e.getClass().getSimpleName()),
                Duration.ofNanos(System.nanoTime() - start)));
  }

  private void sleep(Duration delay) {
    try {
      settings.sleeper().sleep(delay);
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
  }

  private static @Nullable Problem problem(HttpResponse<byte[]> response) {
    try {
      return Json.MAPPER.readValue(response.body(), Problem.class);
    } catch (IOException e) {
      return null; // a proxy answered, in words of its own
    }
  }

  private static ConnectionException failure(HttpRequest request, IOException cause) {
    String what = request.method() + " " + request.uri().getRawPath();
    return cause instanceof HttpTimeoutException
        ? new TimeoutException(what + " was not answered in time.", cause)
        : new ConnectionException(what + " was not answered: " + cause.getMessage(), cause);
  }

  private static ConnectionException interrupted(InterruptedException cause) {
    Thread.currentThread().interrupt();
    return new ConnectionException("The thread was interrupted.", cause);
  }
}
