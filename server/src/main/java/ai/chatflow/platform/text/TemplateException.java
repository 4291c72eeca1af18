package ai.chatflow.platform.text;

/// A template that cannot be read, uses what is not allowed, or grew past its limits. The message
/// is for the author of the template.
public final class TemplateException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public TemplateException(String message) {
    super(message);
  }

  public TemplateException(String message, Throwable cause) {
    super(message, cause);
  }
}
