package ai.chatflow.platform.errors;

import ai.chatflow.api.model.ProblemCode;

/// 403: the caller is known and may not do this.
public final class Forbidden extends DomainException {
  private static final long serialVersionUID = 1L;

  public Forbidden(ProblemCode code, String detail) {
    super(code, detail, null);
  }
}
