package ai.chatflow.channels.wire;

/// The body is not a JSON object at all, so nothing in it could be kept.
public final class MalformedWebhook extends RuntimeException {
  private static final long serialVersionUID = 1L;

  MalformedWebhook(String detail, Throwable cause) {
    super(detail, cause);
  }

  MalformedWebhook(String detail) {
    super(detail);
  }
}
