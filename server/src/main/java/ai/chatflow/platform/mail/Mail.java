package ai.chatflow.platform.mail;

import java.time.Instant;
import java.util.UUID;
import java.util.regex.Pattern;

/// A plain text to one person.
///
/// @param id the same in each try; the Message-ID is made of it
/// @param subject one line
/// @param createdAt its Date
public record Mail(UUID id, String recipient, String subject, String text, Instant createdAt) {
  private static final Pattern CONTROL = Pattern.compile("\\p{Cntrl}+");
  private static final int LONGEST_SUBJECT = 200;

  /// What is addressed to nobody who could be named in a header is refused; a subject becomes one
  /// line.
  public Mail {
    if (!Addresses.valid(recipient)) {
      throw new IllegalArgumentException("the recipient is no e-mail address");
    }
    subject = CONTROL.matcher(subject).replaceAll(" ").strip();
    if (subject.length() > LONGEST_SUBJECT) {
      subject = subject.substring(0, LONGEST_SUBJECT - 1) + "…";
    }
  }
}
