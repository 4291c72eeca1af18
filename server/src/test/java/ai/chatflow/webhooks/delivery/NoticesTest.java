package ai.chatflow.webhooks.delivery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.chatflow.api.model.CreateWebhookEndpointRequest;
import ai.chatflow.platform.errors.Invalid;
import ai.chatflow.platform.ids.WebhookEndpointId;
import ai.chatflow.platform.lanes.DeadLetter;
import ai.chatflow.platform.mail.FolderMailer;
import ai.chatflow.platform.mail.Mail;
import ai.chatflow.platform.mail.Mailer;
import ai.chatflow.platform.mail.SmtpAddress;
import ai.chatflow.platform.mail.SmtpMailer;
import ai.chatflow.testing.SmtpSimulator;
import ai.chatflow.testing.SmtpSimulator.Taken;
import ai.chatflow.testing.WebhookReceiver;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NoticesTest {
  private static final String FROM = "chatflow@example.com";
  private static final String OPS = "ops@shop.example.com";
  private static final String BOSS = "boss@shop.example.com";
  private static final Duration STEP = Duration.ofMinutes(30);

  @AutoClose private final DeliveryWorld world = new DeliveryWorld();
  @AutoClose private final WebhookReceiver receiver = new WebhookReceiver();
  @AutoClose private final SmtpSimulator smtp = new SmtpSimulator();

  @Test
  void warningsDisablingAndEnablingAreMailedToEachAddress() {
    world.mailer.set(mailer());
    var endpoint = failing(OPS, BOSS);
    keepFailing(76);

    assertThat(subjects(OPS))
        .containsExactly(
            "A webhook endpoint takes no events",
            "A webhook endpoint takes no events",
            "A webhook endpoint takes no events",
            "A webhook endpoint was disabled");
    assertThat(subjects(BOSS)).isEqualTo(subjects(OPS));

    receiver.answer(200);
    world.pass(Duration.ofHours(8), STEP);

    assertThat(subjects(OPS)).hasSize(5).endsWith("A webhook endpoint works again");
    var warning = smtp.taken().getFirst();
    assertThat(warning.from()).isEqualTo(FROM);
    assertThat(warning.header("From")).isEqualTo(FROM);
    assertThat(warning.header("Auto-Submitted")).isEqualTo("auto-generated");
    assertThat(warning.header("Content-Type")).startsWith("text/plain; charset=UTF-8");
    assertThat(warning.message())
        .contains(receiver.url("/down"), endpoint.toString())
        .doesNotContain("{", "}");
    assertThat(smtp.offences()).isEmpty();
  }

  @Test
  void whatTheServerDoesNotTakeNowIsSentLaterAndOnce() {
    world.mailer.set(mailer());
    smtp.busy(true);
    failing(OPS);
    keepFailing(20);
    assertThat(smtp.taken()).isEmpty();
    world.mailer.set(new SmtpMailer(SmtpAddress.parse("smtp://127.0.0.1:9"), FROM));
    keepFailing(2);

    smtp.busy(false);
    world.mailer.set(mailer());
    world.pass(Duration.ofHours(5), STEP);

    assertThat(subjects(OPS)).hasSize(1);
    assertThat(letters()).isEmpty();
  }

  @Test
  void aRefusedAddressIsADeadLetterWithTheReasonAndKeepsNobodyElseWaiting() {
    world.mailer.set(mailer());
    smtp.refuse(BOSS);
    failing(BOSS, OPS);
    keepFailing(20);

    assertThat(subjects(OPS)).hasSize(1);
    assertThat(letters())
        .singleElement()
        .satisfies(
            letter -> {
              assertThat(letter.reason()).contains("550", "no such mailbox");
              assertThat(letter.item()).contains(BOSS);
            });
  }

  @Test
  void aDeathBetweenSendingAndRecordingSendsTheSameMailAgain() {
    var died = new AtomicBoolean();
    world.mailer.set(
        mail -> {
          var outcome = mailer().send(mail);
          if (died.compareAndSet(false, true)) {
            throw new IllegalStateException("killed");
          }
          return outcome;
        });
    failing(OPS);
    keepFailing(20);

    assertThat(smtp.taken()).hasSize(2);
    assertThat(smtp.taken()).extracting(m -> m.header("Message-ID")).containsOnly(messageId());
  }

  @Test
  void nothingThatIsFilledInCanAddAHeader() {
    var mail =
        new Mail(UUID.randomUUID(), OPS, "One\r\nBcc: evil@example.com", "Text", Instant.EPOCH);
    assertThat(mailer().send(mail)).isEqualTo(new Mailer.Outcome.Sent());

    assertThat(smtp.taken()).hasSize(1);
    assertThat(smtp.taken().getFirst().header("Subject")).isEqualTo("One Bcc: evil@example.com");
    assertThat(smtp.offences()).isEmpty();
    for (var address :
        List.of("a@b\r\nRCPT TO:<x@y>", "a@b, c@d", "A <a@b>", "<a@b>", "a b@c", "a@", "@b")) {
      assertThatThrownBy(() -> new Mail(UUID.randomUUID(), address, "S", "T", Instant.EPOCH))
          .isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> create(List.of(address))).isInstanceOf(Invalid.class);
    }
  }

  @Test
  void withoutAServerMailsAreFiles(@TempDir Path folder) throws IOException {
    world.mailer.set(new FolderMailer(folder.resolve("mail"), FROM));
    failing(OPS);
    keepFailing(20);

    try (var files = Files.list(folder.resolve("mail"))) {
      var file = files.toList();
      assertThat(file).singleElement().asString().endsWith(".eml");
      assertThat(Files.readString(file.getFirst()))
          .contains("To: " + OPS, "Subject: A webhook endpoint takes no events");
    }
  }

  private String messageId() {
    return smtp.taken().getFirst().header("Message-ID");
  }

  private WebhookEndpointId failing(String... emails) {
    receiver.answer(500);
    var id = create(List.of(emails));
    world.happen(1);
    return id;
  }

  /// Something happens every hour, and nothing is taken.
  private void keepFailing(int hours) {
    for (int hour = 0; hour < hours; hour++) {
      world.happen(1);
      world.pass(Duration.ofHours(1), STEP);
    }
  }

  private WebhookEndpointId create(List<String> emails) {
    var request =
        CreateWebhookEndpointRequest.builder()
            .url(receiver.url("/down"))
            .notifyEmails(emails)
            .build();
    return DeliveryWorld.id(world.create(request));
  }

  private Mailer mailer() {
    return new SmtpMailer(SmtpAddress.parse(smtp.url()), FROM);
  }

  private List<String> subjects(String recipient) {
    return smtp.taken().stream()
        .filter(mail -> mail.to().equals(recipient))
        .map((Taken mail) -> mail.header("Subject"))
        .toList();
  }

  private List<DeadLetter> letters() {
    return world
        .platform()
        .db()
        .inTransaction(
            world.workspace, tx -> world.platform().deadLetters().page(tx, "mail", null, 10));
  }
}
