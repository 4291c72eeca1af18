package ai.chatflow.sdk.errors;

import org.jspecify.annotations.Nullable;

/// Everything that a call can throw, apart from misuse of the client.
public class ChatFlowException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public ChatFlowException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
