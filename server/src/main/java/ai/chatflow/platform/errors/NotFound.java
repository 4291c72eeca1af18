package ai.chatflow.platform.errors;

import ai.chatflow.api.model.ProblemCode;

/// 404: there is no such thing, or it belongs to another workspace.
public final class NotFound extends DomainException {
  private static final long serialVersionUID = 1L;

  public NotFound(ProblemCode code, String detail) {
    super(code, detail, null);
  }
}
