package ai.chatflow.platform.errors;

import ai.chatflow.api.model.ProblemCode;

/// 409: the state of the thing does not allow it.
public final class Conflict extends DomainException {
  private static final long serialVersionUID = 1L;

  public Conflict(ProblemCode code, String detail) {
    super(code, detail, null);
  }
}
