package ai.chatflow.sdk.errors;

import ai.chatflow.sdk.model.Problem;
import java.net.http.HttpHeaders;
import org.jspecify.annotations.Nullable;

/// 428: this operation needs [ai.chatflow.sdk.RequestOptions#ifMatch(String)].
public final class PreconditionRequiredException extends ApiException {
  private static final long serialVersionUID = 1L;

  PreconditionRequiredException(int status, HttpHeaders headers, @Nullable Problem problem) {
    super(status, headers, problem);
  }
}
