package ai.chatflow.sdk.errors;

import ai.chatflow.sdk.model.Problem;
import java.net.http.HttpHeaders;
import org.jspecify.annotations.Nullable;

/// 401: the credential is missing, wrong, expired or revoked.
public final class AuthenticationException extends ApiException {
  private static final long serialVersionUID = 1L;

  AuthenticationException(int status, HttpHeaders headers, @Nullable Problem problem) {
    super(status, headers, problem);
  }
}
