package ai.chatflow.platform.errors;

import ai.chatflow.api.model.ProblemCode;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// 503: something we need is away or full for a moment; the same request may be repeated.
public final class Unavailable extends DomainException {
  private static final long serialVersionUID = 1L;

  private final @Nullable Duration retryAfter;

  public Unavailable(ProblemCode code, String detail) {
    super(code, detail, null);
    this.retryAfter = null;
  }

  public Unavailable(ProblemCode code, String detail, Duration retryAfter) {
    super(code, detail, null);
    this.retryAfter = retryAfter;
  }

  public Unavailable(ProblemCode code, String detail, Duration retryAfter, Throwable cause) {
    super(code, detail, cause);
    this.retryAfter = retryAfter;
  }

  public Optional<Duration> retryAfter() {
    return Optional.ofNullable(retryAfter);
  }
}
