package ai.chatflow.sdk.errors;

import org.jspecify.annotations.Nullable;

/// No answer came in time: whether the server acted is not known. Or an operation that was waited
/// for has not finished in time: it goes on.
public final class TimeoutException extends ConnectionException {
  private static final long serialVersionUID = 1L;

  public TimeoutException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
