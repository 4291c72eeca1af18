package ai.chatflow.platform.errors;

import ai.chatflow.api.model.ProblemCode;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// 400: the syntax of the request or one of its parameters is wrong.
public final class BadRequest extends DomainException {
  private static final long serialVersionUID = 1L;

  private final @Nullable String parameter;

  public BadRequest(ProblemCode code, String detail) {
    super(code, detail, null);
    this.parameter = null;
  }

  /// `parameter` is the name of the query, path or header parameter that is wrong.
  public BadRequest(ProblemCode code, String parameter, String detail) {
    super(code, detail, null);
    this.parameter = parameter;
  }

  public Optional<String> parameter() {
    return Optional.ofNullable(parameter);
  }
}
