package ai.chatflow.platform.errors;

import ai.chatflow.api.model.ProblemCode;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// 429: too many requests; `retryAfter` says when the next one is welcome.
public final class RateLimited extends DomainException {
  private static final long serialVersionUID = 1L;

  private final @Nullable Duration retryAfter;

  public RateLimited(ProblemCode code, String detail) {
    super(code, detail, null);
    this.retryAfter = null;
  }

  public RateLimited(ProblemCode code, String detail, Duration retryAfter) {
    super(code, detail, null);
    this.retryAfter = retryAfter;
  }

  public Optional<Duration> retryAfter() {
    return Optional.ofNullable(retryAfter);
  }
}
