package ai.chatflow.platform.errors;

import ai.chatflow.api.model.ProblemCode;

/// 410: it was there, and is no longer kept.
public final class Gone extends DomainException {
  private static final long serialVersionUID = 1L;

  public Gone(ProblemCode code, String detail) {
    super(code, detail, null);
  }
}
