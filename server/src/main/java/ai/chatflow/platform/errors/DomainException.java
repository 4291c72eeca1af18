package ai.chatflow.platform.errors;

import ai.chatflow.api.model.ProblemCode;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// A refusal that the caller is told about. The subclass says which HTTP status it becomes, the
/// code says why; `detail` is safe to show (no secrets, no other tenant's data).
public abstract sealed class DomainException extends RuntimeException
    permits BadRequest,
        Conflict,
        Forbidden,
        Gone,
        Invalid,
        NotFound,
        PreconditionFailed,
        QuotaExceeded,
        RateLimited,
        Unauthorized,
        Unavailable,
        Upstream {
  private static final long serialVersionUID = 1L;

  private final ProblemCode code;
  private final String detail;

  protected DomainException(ProblemCode code, String detail, @Nullable Throwable cause) {
    super(code + ": " + detail, cause);
    this.code = Objects.requireNonNull(code, "code");
    this.detail = Objects.requireNonNull(detail, "detail");
  }

  public ProblemCode code() {
    return code;
  }

  public String detail() {
    return detail;
  }
}
