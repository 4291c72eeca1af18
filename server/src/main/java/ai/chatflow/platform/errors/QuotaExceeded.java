package ai.chatflow.platform.errors;

import ai.chatflow.api.model.ProblemCode;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// 429 (or 402 by its code): the plan's allowance is used up.
public final class QuotaExceeded extends DomainException {
  private static final long serialVersionUID = 1L;

  private final @Nullable Duration retryAfter;

  public QuotaExceeded(ProblemCode code, String detail) {
    super(code, detail, null);
    this.retryAfter = null;
  }

  public QuotaExceeded(ProblemCode code, String detail, Duration retryAfter) {
    super(code, detail, null);
    this.retryAfter = retryAfter;
  }

  public Optional<Duration> retryAfter() {
    return Optional.ofNullable(retryAfter);
  }
}
