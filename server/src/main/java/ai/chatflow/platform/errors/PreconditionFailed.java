package ai.chatflow.platform.errors;

import ai.chatflow.api.model.ProblemCode;

/// 412: `If-Match` names a version that is no longer the current one; 428 by its code when the
/// header is missing.
public final class PreconditionFailed extends DomainException {
  private static final long serialVersionUID = 1L;

  public PreconditionFailed(ProblemCode code, String detail) {
    super(code, detail, null);
  }
}
