package ai.chatflow.sdk.errors;

import org.jspecify.annotations.Nullable;

/// No answer came in time. Whether the server acted is not known.
public final class TimeoutException extends ConnectionException {
  private static final long serialVersionUID = 1L;

  public TimeoutException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
