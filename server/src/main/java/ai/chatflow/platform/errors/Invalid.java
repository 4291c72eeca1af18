package ai.chatflow.platform.errors;

import ai.chatflow.api.model.ProblemCode;
import java.util.List;

/// 422: a well-formed body that breaks the schema or the rules, with every pointer at once.
public final class Invalid extends DomainException {
  private static final long serialVersionUID = 1L;

  private final transient List<FieldError> errors;

  public Invalid(ProblemCode code, String detail, List<FieldError> errors) {
    super(code, detail, null);
    this.errors = List.copyOf(errors);
  }

  public List<FieldError> errors() {
    return errors;
  }
}
