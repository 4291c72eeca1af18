package ai.chatflow.sdk.errors;

import org.jspecify.annotations.Nullable;

/// No answer came: not connected, cut off, or interrupted. Whether the server acted is not known.
public class ConnectionException extends ChatFlowException {
  private static final long serialVersionUID = 1L;

  public ConnectionException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
