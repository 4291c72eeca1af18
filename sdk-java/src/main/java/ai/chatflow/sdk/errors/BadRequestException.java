package ai.chatflow.sdk.errors;

import ai.chatflow.sdk.model.Problem;
import java.net.http.HttpHeaders;
import org.jspecify.annotations.Nullable;

/// 400: syntax or a parameter is wrong.
public final class BadRequestException extends ApiException {
  private static final long serialVersionUID = 1L;

  BadRequestException(int status, HttpHeaders headers, @Nullable Problem problem) {
    super(status, headers, problem);
  }
}
