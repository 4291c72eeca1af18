package ai.chatflow.platform.mail;

import jakarta.mail.Message;
import jakarta.mail.MessagingException;
import jakarta.mail.Session;
import jakarta.mail.internet.InternetAddress;
import jakarta.mail.internet.MimeMessage;
import java.nio.charset.StandardCharsets;
import java.util.Date;

/// Writes mails as RFC 5322 has them.
final class MimeMails {
  private MimeMails() {}

  static MimeMessage write(Session session, String from, Mail mail) throws MessagingException {
    var message = new Fixed(session, "<" + mail.id() + "@" + domain(from) + ">");
    message.setFrom(new InternetAddress(from, true));
    message.setRecipient(Message.RecipientType.TO, new InternetAddress(mail.recipient(), true));
    message.setSubject(mail.subject(), StandardCharsets.UTF_8.name());
    message.setSentDate(Date.from(mail.createdAt()));
    message.setHeader("Auto-Submitted", "auto-generated");
    message.setText(mail.text(), StandardCharsets.UTF_8.name());
    message.saveChanges();
    return message;
  }

  private static String domain(String from) {
    return from.substring(from.lastIndexOf('@') + 1);
  }

  /// A second try has the same Message-ID, so that mail programs show it once.
  private static final class Fixed extends MimeMessage {
    private final String id;

    Fixed(Session session, String id) {
      super(session);
      this.id = id;
    }

    @Override
    protected void updateMessageID() throws MessagingException {
      setHeader("Message-ID", id);
    }
  }
}
