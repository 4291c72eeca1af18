package ai.chatflow.webhooks.endpoints;

import ai.chatflow.api.model.WebhookDisabledReason;
import ai.chatflow.platform.db.WorkspaceTx;
import ai.chatflow.platform.mail.MailQueue;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Writes to those who want to know how an endpoint does. The texts are resources: the first line
/// is the subject, and words in braces are filled in.
public final class Notices {
  private final MailQueue mails;

  public Notices(MailQueue mails) {
    this.mails = mails;
  }

  /// What there is to tell.
  public enum Kind {
    FAILING("webhook_endpoint_failing"),
    DISABLED("webhook_endpoint_disabled"),
    ENABLED("webhook_endpoint_enabled");

    private final String subject;
    private final String text;

    Kind(String name) {
      var lines = read("/mails/" + name + ".txt").split("\n", 2);
      this.subject = lines[0];
      this.text = lines[1].stripLeading();
    }

    private static String read(String resource) {
      try (var in = Objects.requireNonNull(Notices.class.getResourceAsStream(resource))) {
        return new String(in.readAllBytes(), StandardCharsets.UTF_8);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  /// Queues a mail to each of them, in the transaction of what it tells of.
  public void tell(WorkspaceTx tx, Kind kind, Endpoint endpoint, Progress progress) {
    var since = progress.failingSince();
    var values =
        Map.of(
            "{url}", endpoint.url(),
            "{id}", endpoint.id().toString(),
            "{since}", since == null ? "a while" : since.truncatedTo(ChronoUnit.SECONDS).toString(),
            "{failures}", Integer.toString(progress.failures()),
            "{reason}", reason(endpoint.disabledReason()));
    mails.send(tx, endpoint.notifyEmails(), kind.subject, filled(kind.text, values));
  }

  private static String filled(String text, Map<String, String> values) {
    var filled = new StringBuilder();
    int end = 0;
    var matcher = Pattern.compile("\\{[a-z]+}").matcher(text);
    while (matcher.find()) {
      filled.append(text, end, matcher.start()).append(values.get(matcher.group()));
      end = matcher.end();
    }
    return filled.append(text.substring(end)).toString();
  }

  private static String reason(@Nullable WebhookDisabledReason reason) {
    return switch (reason) {
      case FAILING ->
          "it took nothing for 75 hours. It is tried every six hours, and enabled when it answers.";
      case GONE -> "it answered 410 Gone. It is not tried any more.";
      case REQUESTED -> "somebody asked for it.";
      case null -> "";
    };
  }
}
