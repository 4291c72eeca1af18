package ai.chatflow.sdk.core;

import ai.chatflow.sdk.LogHook;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Tells the log hook of one attempt. What might be a secret is `***`.
public final class AttemptLog {
  private static final Set<String> HARMLESS =
      Set.of(
          "accept",
          "chatflow-workspace",
          "content-type",
          "idempotency-key",
          "if-match",
          "last-event-id",
          "user-agent");

  private final LogHook hook;
  private final HttpRequest request;
  private final int number;
  private final long start = System.nanoTime();

  /// The attempt begins now.
  public AttemptLog(LogHook hook, HttpRequest request, int number) {
    this.hook = hook;
    this.request = request;
    this.number = number;
  }

  public void answered(HttpResponse<?> response) {
    tell(response, null);
  }

  public void failed(Throwable failure) {
    tell(null, failure);
  }

  private void tell(@Nullable HttpResponse<?> response, @Nullable Throwable failure) {
    Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    request
        .headers()
        .map()
        .forEach(
            (name, values) ->
                headers.put(
                    name,
                    HARMLESS.contains(name.toLowerCase(Locale.ROOT)) ? values.get(0) : "***"));
    hook.attempted(
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
}
