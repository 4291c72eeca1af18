package ai.chatflow.sdk.errors;

import ai.chatflow.sdk.model.Problem;
import java.net.http.HttpHeaders;
import org.jspecify.annotations.Nullable;

/// 5xx: the server, or a provider behind it, failed.
public final class ServerException extends ApiException {
  private static final long serialVersionUID = 1L;

  ServerException(int status, HttpHeaders headers, @Nullable Problem problem) {
    super(status, headers, problem);
  }
}
