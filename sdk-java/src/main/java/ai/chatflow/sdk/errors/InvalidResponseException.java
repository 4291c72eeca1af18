package ai.chatflow.sdk.errors;

import org.jspecify.annotations.Nullable;

/// The server answered with success, but not with what the contract says.
public final class InvalidResponseException extends ChatFlowException {
  private static final long serialVersionUID = 1L;

  public InvalidResponseException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
