package ai.chatflow.app.config;

import ai.chatflow.platform.config.Secret;
import ai.chatflow.platform.mail.Addresses;
import ai.chatflow.platform.mail.SmtpAddress;
import java.util.Optional;

/// How mails leave.
///
/// @param smtpUrl empty for none
/// @param from the sender's address
public record MailConfig(Secret smtpUrl, String from) {
  /// @throws StartFailure when the server or the sender is not written as one
  public MailConfig {
    if (!smtpUrl.isEmpty()) {
      try {
        var _ = SmtpAddress.parse(smtpUrl.reveal());
      } catch (IllegalArgumentException e) {
        throw new StartFailure(
            "SMTP_URL is not the address of an SMTP server: "
                + e.getMessage()
                + ". Write it as smtp://user:password@host:587, or smtps:// for TLS from the"
                + " start.");
      }
    }
    if (!Addresses.valid(from)) {
      throw new StartFailure("CHATFLOW_MAIL_FROM must be an e-mail address.");
    }
  }

  public Optional<SmtpAddress> smtp() {
    return smtpUrl.isEmpty() ? Optional.empty() : Optional.of(SmtpAddress.parse(smtpUrl.reveal()));
  }
}
