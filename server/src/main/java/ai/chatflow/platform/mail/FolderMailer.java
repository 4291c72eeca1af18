package ai.chatflow.platform.mail;

import jakarta.mail.MessagingException;
import jakarta.mail.Session;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Properties;

/// Puts mails into a folder, one `.eml` file each, for a server without SMTP.
public final class FolderMailer implements Mailer {
  private final Path folder;
  private final String from;

  public FolderMailer(Path folder, String from) {
    this.folder = folder;
    this.from = from;
  }

  @Override
  public Outcome send(Mail mail) {
    try {
      Files.createDirectories(folder);
      var file = folder.resolve(mail.id() + ".eml");
      var part = folder.resolve(mail.id() + ".part");
      try (var out = Files.newOutputStream(part)) {
        MimeMails.write(Session.getInstance(new Properties()), from, mail).writeTo(out);
      }
      Files.move(part, file, StandardCopyOption.REPLACE_EXISTING);
      return new Outcome.Sent();
    } catch (IOException e) {
      return new Outcome.Failed("The folder of mails cannot be written: " + e.getMessage());
    } catch (MessagingException e) {
      return new Outcome.Refused("The mail cannot be written: " + e.getMessage());
    }
  }
}
