package ai.chatflow.platform.errors;

import ai.chatflow.api.model.ProblemCode;

/// 401: no credentials, or none that are good.
public final class Unauthorized extends DomainException {
  private static final long serialVersionUID = 1L;

  public Unauthorized(ProblemCode code, String detail) {
    super(code, detail, null);
  }
}
