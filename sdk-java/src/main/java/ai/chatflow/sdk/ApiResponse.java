package ai.chatflow.sdk;

import java.net.http.HttpHeaders;
import java.util.Optional;

/// An answer with everything around its body.
public record ApiResponse<T>(int status, HttpHeaders headers, T body) {

  /// For [RequestOptions#ifMatch(String)].
  public Optional<String> etag() {
    return headers.firstValue("ETag");
  }

  public Optional<String> requestId() {
    return headers.firstValue("Request-Id");
  }

  /// Whether the server answered from its memory of the same `Idempotency-Key`.
  public boolean idempotencyReplayed() {
    return headers.firstValue("Idempotency-Replayed").map(Boolean::parseBoolean).orElse(false);
  }
}
