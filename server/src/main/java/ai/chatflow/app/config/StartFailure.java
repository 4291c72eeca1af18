package ai.chatflow.app.config;

/// The start cannot go on, and the message is a sentence for the person who typed the command: it
/// says what is wrong and what to do. The launcher prints it without a stack trace.
public final class StartFailure extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public StartFailure(String sentence) {
    super(sentence);
  }

  public StartFailure(String sentence, Throwable cause) {
    super(sentence, cause);
  }
}
