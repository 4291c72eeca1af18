package ai.chatflow.channels.whatsappcloud;

import ai.chatflow.channels.Secret;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.UnknownHostException;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.channels.UnresolvedAddressException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLHandshakeException;
import org.jspecify.annotations.Nullable;

/// Speaks HTTP with the Graph API. One connection per call in flight (HTTP/1.1), so that a hanging
/// call holds up nothing else; no redirects, no repeats, answers capped.
final class GraphClient implements AutoCloseable {
  private static final long LARGEST_ANSWER = 64 * 1024;

  /// What came of a call.
  sealed interface Answer {
    /// The provider answered. `body` is empty when it was not a JSON object.
    record Answered(int status, ObjectNode body, @Nullable Duration retryAfter) implements Answer {}

    /// No byte of the request left.
    record NotSent(String detail) implements Answer {}

    /// The request may have arrived; no answer did.
    record Lost(String detail) implements Answer {}
  }

  private final URI base;
  private final Duration timeout;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final HttpClient http;

  /// @param base scheme and host of the Graph API
  /// @param connectTimeout included in `timeout`
  GraphClient(URI base, Duration connectTimeout, Duration timeout) {
    this.base = base;
    this.timeout = timeout;
    this.http =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .followRedirects(HttpClient.Redirect.NEVER)
            .connectTimeout(connectTimeout)
            .executor(threads)
            .build();
  }

  Duration timeout() {
    return timeout;
  }

  Answer post(String path, Secret token, JsonNode body) {
    var publisher = HttpRequest.BodyPublishers.ofString(body.toString(), StandardCharsets.UTF_8);
    return call(
        request(path, token).header("Content-Type", "application/json").POST(publisher).build());
  }

  Answer get(String path, Secret token) {
    return call(request(path, token).GET().build());
  }

  @Override
  public void close() {
    http.shutdownNow();
    threads.shutdownNow();
  }

  private HttpRequest.Builder request(String path, Secret token) {
    return HttpRequest.newBuilder(base.resolve(path))
        .timeout(timeout)
        .header("Authorization", "Bearer " + token.reveal())
        .header("Accept", "application/json");
  }

  /// The request's own time-out ends with the headers of the answer; waiting for the future bounds
  /// the body too.
  private Answer call(HttpRequest request) {
    var limited = BodyHandlers.limiting(BodyHandlers.ofByteArray(), LARGEST_ANSWER);
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
