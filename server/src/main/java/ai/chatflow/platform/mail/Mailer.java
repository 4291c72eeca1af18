package ai.chatflow.platform.mail;

/// Hands a mail over, or says why not. Blocking; called outside of transactions.
public interface Mailer {
  Outcome send(Mail mail);

  /// What came of it; reasons are for operators.
  sealed interface Outcome {
    /// It is somebody else's to deliver now.
    record Sent() implements Outcome {}

    /// It will never be taken.
    record Refused(String reason) implements Outcome {}

    /// It may be taken later.
    record Failed(String reason) implements Outcome {}
  }

  /// For a node that has no way to send.
  Mailer NONE =
      _ ->
          new Outcome.Refused(
              "No mail can be sent: set SMTP_URL and CHATFLOW_MAIL_FROM, then queue it again.");
}
