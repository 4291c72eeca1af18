package ai.chatflow.sdk.errors;

import ai.chatflow.sdk.model.Problem;
import java.net.http.HttpHeaders;
import org.jspecify.annotations.Nullable;

/// 404: not there, or not yours.
public final class NotFoundException extends ApiException {
  private static final long serialVersionUID = 1L;

  NotFoundException(int status, HttpHeaders headers, @Nullable Problem problem) {
    super(status, headers, problem);
  }
}
