package ai.chatflow.platform.mail;

import jakarta.mail.MessagingException;
import jakarta.mail.SendFailedException;
import jakarta.mail.Session;
import java.time.Duration;
import java.util.Properties;
import javax.net.ssl.SSLSocketFactory;
import org.eclipse.angus.mail.smtp.SMTPAddressFailedException;
import org.eclipse.angus.mail.smtp.SMTPSendFailedException;
import org.eclipse.angus.mail.smtp.SMTPSenderFailedException;
import org.eclipse.angus.mail.smtp.SMTPTransport;
import org.jspecify.annotations.Nullable;

/// Hands mails to an SMTP server, one connection each. Passwords are not sent in the clear, but to
/// this machine itself.
public final class SmtpMailer implements Mailer {
  private static final Duration TIMEOUT = Duration.ofSeconds(10);
  private static final int PERMANENT = 500;

  private final SmtpAddress address;
  private final String from;
  private final Session session;

  /// Trusts whom the machine's Java trusts.
  public SmtpMailer(SmtpAddress address, String from) {
    this(address, from, (SSLSocketFactory) SSLSocketFactory.getDefault());
  }

  SmtpMailer(SmtpAddress address, String from, SSLSocketFactory tls) {
    this.address = address;
    this.from = from;
    var properties = properties(address, from);
    properties.put(protocol(address) + "ssl.socketFactory", tls);
    this.session = Session.getInstance(properties);
  }

  private static String protocol(SmtpAddress address) {
    return address.tls() ? "mail.smtps." : "mail.smtp.";
  }

  private static Properties properties(SmtpAddress address, String from) {
    var protocol = protocol(address);
    var millis = Long.toString(TIMEOUT.toMillis());
    var properties = new Properties();
    properties.setProperty(protocol + "connectiontimeout", millis);
    properties.setProperty(protocol + "timeout", millis);
    properties.setProperty(protocol + "writetimeout", millis);
    properties.setProperty(protocol + "ssl.checkserveridentity", "true");
    // else a connection that fails may be tried once more, with another factory
    properties.setProperty(protocol + "socketFactory.fallback", "false");
    properties.setProperty(protocol + "auth", Boolean.toString(address.user() != null));
    properties.setProperty(protocol + "from", from);
    if (!address.tls()) {
      var mustBeSafe = address.user() != null && !address.loopback();
      properties.setProperty(protocol + "starttls.enable", "true");
      properties.setProperty(protocol + "starttls.required", Boolean.toString(mustBeSafe));
    }
    return properties;
  }

  @Override
  public Outcome send(Mail mail) {
    try {
      var message = MimeMails.write(session, from, mail);
      if (session.getTransport(address.tls() ? "smtps" : "smtp")
          instanceof SMTPTransport transport) {
        try (transport) {
          transport.connect(address.host(), address.port(), address.user(), password());
          transport.sendMessage(message, message.getAllRecipients());
        }
        return new Outcome.Sent();
      }
      throw new IllegalStateException("no SMTP");
    } catch (MessagingException e) {
      return outcome(e);
    }
  }

  /// With a password and no user, Jakarta Mail would log in as who runs this server.
  private @Nullable String password() {
    return address.user() == null ? null : address.password().reveal();
  }

  /// Only what the server says of this mail is final; 4xx, and whatever else goes wrong, may pass.
  private static Outcome outcome(MessagingException failure) {
    for (Exception e = failure;
        e != null;
        e = e instanceof MessagingException m ? m.getNextException() : null) {
      int code =
          switch (e) {
            case SMTPAddressFailedException a -> a.getReturnCode();
            case SMTPSenderFailedException s -> s.getReturnCode();
            case SMTPSendFailedException s -> s.getReturnCode();
            default -> 0;
          };
      if (code >= PERMANENT) {
        return new Outcome.Refused("The SMTP server said: " + said(e));
      }
    }
    var why = failure instanceof SendFailedException ? "said" : "could not be used";
    var cause = failure.getNextException();
    return new Outcome.Failed(
        "The SMTP server %s: %s%s"
            .formatted(why, said(failure), cause == null ? "" : " (" + said(cause) + ")"));
  }

  private static String said(Exception e) {
    return String.valueOf(e.getMessage()).replaceAll("\\p{Cntrl}+", " ").strip();
  }
}
