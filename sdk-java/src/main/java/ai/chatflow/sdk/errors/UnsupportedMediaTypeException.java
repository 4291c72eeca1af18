package ai.chatflow.sdk.errors;

import ai.chatflow.sdk.model.Problem;
import java.net.http.HttpHeaders;
import org.jspecify.annotations.Nullable;

/// 415: the body is of another media type than the operation takes.
public final class UnsupportedMediaTypeException extends ApiException {
  private static final long serialVersionUID = 1L;

  UnsupportedMediaTypeException(int status, HttpHeaders headers, @Nullable Problem problem) {
    super(status, headers, problem);
  }
}
