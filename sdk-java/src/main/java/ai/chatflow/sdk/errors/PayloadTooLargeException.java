package ai.chatflow.sdk.errors;

import ai.chatflow.sdk.model.Problem;
import java.net.http.HttpHeaders;
import org.jspecify.annotations.Nullable;

/// 413, 414, 431: the body, the address or the headers are larger than the server takes.
public final class PayloadTooLargeException extends ApiException {
  private static final long serialVersionUID = 1L;

  PayloadTooLargeException(int status, HttpHeaders headers, @Nullable Problem problem) {
    super(status, headers, problem);
  }
}
