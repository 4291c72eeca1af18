package ai.chatflow.sdk.errors;

import ai.chatflow.sdk.model.Problem;
import java.net.http.HttpHeaders;
import org.jspecify.annotations.Nullable;

/// 429: too many requests, or a quota is used up.
public final class RateLimitException extends ApiException {
  private static final long serialVersionUID = 1L;

  RateLimitException(int status, HttpHeaders headers, @Nullable Problem problem) {
    super(status, headers, problem);
  }
}
