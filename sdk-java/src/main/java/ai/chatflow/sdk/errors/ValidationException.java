package ai.chatflow.sdk.errors;

import ai.chatflow.sdk.model.Problem;
import java.net.http.HttpHeaders;
import org.jspecify.annotations.Nullable;

/// 422: the body does not fit; [#errors()] has every place at once.
public final class ValidationException extends ApiException {
  private static final long serialVersionUID = 1L;

  ValidationException(int status, HttpHeaders headers, @Nullable Problem problem) {
    super(status, headers, problem);
  }
}
