package ai.chatflow.sdk.errors;

import ai.chatflow.sdk.model.Problem;
import java.net.http.HttpHeaders;
import org.jspecify.annotations.Nullable;

/// 410: what was asked for is kept no longer, as with `cursor_expired`.
public final class GoneException extends ApiException {
  private static final long serialVersionUID = 1L;

  GoneException(int status, HttpHeaders headers, @Nullable Problem problem) {
    super(status, headers, problem);
  }
}
