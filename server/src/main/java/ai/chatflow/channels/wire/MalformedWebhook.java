package ai.chatflow.channels.wire;

/// The body is not of its format at all, such as a JSON object, so nothing in it could be kept.
public final class MalformedWebhook extends RuntimeException {
  private static final long serialVersionUID = 1L;

  MalformedWebhook(String detail, Throwable cause) {
    super(detail, cause);
  }

  MalformedWebhook(String detail) {
    super(detail);
  }
}
