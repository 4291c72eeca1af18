package ai.chatflow.sdk.errors;

import ai.chatflow.sdk.model.Problem;
import java.net.http.HttpHeaders;
import org.jspecify.annotations.Nullable;

/// 409: the state of the resource does not allow it, or the same request is still running.
public final class ConflictException extends ApiException {
  private static final long serialVersionUID = 1L;

  ConflictException(int status, HttpHeaders headers, @Nullable Problem problem) {
    super(status, headers, problem);
  }
}
