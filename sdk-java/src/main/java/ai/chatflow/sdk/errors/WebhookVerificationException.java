package ai.chatflow.sdk.errors;

import org.jspecify.annotations.Nullable;

/// A webhook that is not to be believed. [#reason()] says what is wrong with it.
public final class WebhookVerificationException extends ChatFlowException {
  private static final long serialVersionUID = 1L;

  private final Reason reason;

  public WebhookVerificationException(Reason reason, String message, @Nullable Throwable cause) {
    super(message, cause);
    this.reason = reason;
  }

  public Reason reason() {
    return reason;
  }

  /// Where to look first.
  public enum Reason {
    /// `webhook-id`, `webhook-timestamp` or `webhook-signature` is not there.
    MISSING_HEADER,
    /// One of them is no id, no Unix time, or no list of `version,base64`.
    MALFORMED_HEADER,
    /// A replay, or this machine's clock is ahead.
    TIMESTAMP_TOO_OLD,
    /// This machine's clock is behind.
    TIMESTAMP_TOO_NEW,
    /// No signature is of a version that the given keys can check.
    UNSUPPORTED_VERSION,
    /// The key is another endpoint's, or the body is not the bytes that came.
    SIGNATURE_MISMATCH,
    /// Well signed, but no event.
    NOT_AN_EVENT
  }
}
