package ai.chatflow.platform.errors;

import ai.chatflow.api.model.ProblemCode;
import java.util.List;

/// 409: the state of the thing does not allow it; `errors` say where, when it has parts.
public final class Conflict extends DomainException {
  private static final long serialVersionUID = 1L;

  private final transient List<FieldError> errors;

  public Conflict(ProblemCode code, String detail) {
    this(code, detail, List.of());
  }

  public Conflict(ProblemCode code, String detail, List<FieldError> errors) {
    super(code, detail, null);
    this.errors = List.copyOf(errors);
  }

  public List<FieldError> errors() {
    return errors;
  }
}
