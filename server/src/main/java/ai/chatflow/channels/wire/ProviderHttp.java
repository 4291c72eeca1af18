package ai.chatflow.channels.wire;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.channels.UnresolvedAddressException;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLHandshakeException;
import org.jspecify.annotations.Nullable;

/// Speaks HTTP with a provider. One connection per call in flight (HTTP/1.1), so that a hanging
/// call holds up nothing else; no redirects, no repeats, answers capped. What it says of a failure
/// never holds the address, which may hold a secret.
public final class ProviderHttp implements AutoCloseable {
  private static final long LARGEST_ANSWER = 64 * 1024;

  /// What came of a call.
  public sealed interface Answer {
    /// The provider answered. `body` is empty when it was not a JSON object.
    record Answered(int status, ObjectNode body, @Nullable Duration retryAfter) implements Answer {}

    /// No byte of the request left.
    record NotSent(String detail) implements Answer {}

    /// The request may have arrived; no answer did.
    record Lost(String detail) implements Answer {}
  }

  private final Duration timeout;
  private final long largestAnswer;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final HttpClient http;

  /// @param connectTimeout included in `timeout`
  public ProviderHttp(Duration connectTimeout, Duration timeout) {
    this(connectTimeout, timeout, LARGEST_ANSWER);
  }

  /// @param largestAnswer in bytes; a larger one is `Lost`
  public ProviderHttp(Duration connectTimeout, Duration timeout, long largestAnswer) {
    this.timeout = timeout;
    this.largestAnswer = largestAnswer;
    this.http =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .followRedirects(HttpClient.Redirect.NEVER)
            .connectTimeout(connectTimeout)
            .executor(threads)
            .build();
  }

  public Duration timeout() {
    return timeout;
  }

  /// The request's own time-out ends with the headers of the answer; waiting for the future bounds
  /// the body too.
  public Answer call(HttpRequest.Builder unbounded) {
    var request = unbounded.timeout(timeout).header("Accept", "application/json").build();
    var limited = BodyHandlers.limiting(BodyHandlers.ofByteArray(), largestAnswer);
    var exchange = http.sendAsync(request, limited);
    try {
      return answered(exchange.get(timeout.toMillis(), TimeUnit.MILLISECONDS));
    } catch (ExecutionException e) {
      return failed(e.getCause());
    } catch (TimeoutException _) {
      exchange.cancel(true);
      return new Answer.Lost("no answer within " + timeout.toMillis() + " ms");
    } catch (InterruptedException _) {
      exchange.cancel(true);
      Thread.currentThread().interrupt();
      return new Answer.Lost("interrupted while waiting for the answer");
    }
  }

  @Override
  public void close() {
    http.shutdownNow();
    threads.shutdownNow();
  }

  private static Answer answered(HttpResponse<byte[]> response) {
    ObjectNode body;
    try {
      body = Json.object(response.body());
    } catch (MalformedWebhook _) {
      body = Json.MAPPER.createObjectNode();
    }
    return new Answer.Answered(response.statusCode(), body, retryAfter(response));
  }

  /// The JDK says by the type of the exception whether the connection came about.
  private static Answer failed(@Nullable Throwable cause) {
    String name = cause == null ? "unknown" : cause.getClass().getSimpleName();
    for (Throwable t = cause; t != null; t = t.getCause()) {
      boolean before =
          t instanceof ConnectException
              || t instanceof HttpConnectTimeoutException
              || t instanceof UnresolvedAddressException
              || t instanceof UnknownHostException
              || t instanceof SSLHandshakeException;
      if (before) {
        return new Answer.NotSent("no connection: " + name);
      }
    }
    String text = cause instanceof IOException ? ": " + cause.getMessage() : "";
    return new Answer.Lost("the answer was lost: " + name + text);
  }

  private static @Nullable Duration retryAfter(HttpResponse<?> response) {
    String value = response.headers().firstValue("Retry-After").orElse("");
    boolean seconds = !value.isEmpty() && value.length() <= 5;
    if (seconds && value.chars().allMatch(c -> c >= '0' && c <= '9')) {
      return Duration.ofSeconds(Long.parseLong(value));
    }
    return null;
  }
}
