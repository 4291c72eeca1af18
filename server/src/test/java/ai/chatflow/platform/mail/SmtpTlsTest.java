package ai.chatflow.platform.mail;

import static org.assertj.core.api.Assertions.assertThat;

import ai.chatflow.platform.mail.Mailer.Outcome;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.UUID;
import java.util.function.UnaryOperator;
import javax.net.ssl.SSLSocketFactory;
import okhttp3.tls.HandshakeCertificates;
import okhttp3.tls.HeldCertificate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.subethamail.smtp.auth.EasyAuthenticationHandlerFactory;
import org.subethamail.smtp.auth.LoginFailedException;
import org.subethamail.smtp.server.SMTPServer;

/// Mails over TLS, to an SMTP server that is not ours.
class SmtpTlsTest {
  /// Dials this machine, and is none of the names under which passwords may go in the clear.
  private static final String ELSEWHERE = "0.0.0.0";

  private static final String FROM = "chatflow@example.com";
  private static final String TO = "ops@shop.example.com";
  private static final String LOGIN = "we:s%40cret@";

  private static final HeldCertificate AUTHORITY =
      new HeldCertificate.Builder().certificateAuthority(0).build();
  private static final HandshakeCertificates OURS = certificate(AUTHORITY, ELSEWHERE, "localhost");

  private final List<String> taken = Collections.synchronizedList(new ArrayList<>());
  private final List<String> logins = Collections.synchronizedList(new ArrayList<>());
  private final List<SMTPServer> servers = new ArrayList<>();

  @AfterEach
  void stop() {
    servers.forEach(SMTPServer::stop);
  }

  @Test
  void aMailGoesOverTlsFromTheFirstByteWithALogin() {
    var server = start(with -> with.serverSocketFactory(OURS.sslContext()).requireAuth());

    var outcome = send("smtps://" + LOGIN, server, "Hello");

    assertThat(outcome).isEqualTo(new Outcome.Sent());
    assertThat(logins).containsExactly("we s@cret");
    assertThat(taken).singleElement().asString().contains("To: " + TO, "Hello");
  }

  @Test
  void aMailGoesOverStartTlsBeforeTheLogin() {
    var server = start(with -> startTls(with, OURS).requireTLS().requireAuth());

    var outcome = send("smtp://" + LOGIN, server, "Hello");

    assertThat(outcome).isEqualTo(new Outcome.Sent());
    assertThat(logins).containsExactly("we s@cret");
    assertThat(taken).hasSize(1);
  }

  @Test
  void whereStartTlsIsOfferedAMailWithoutALoginGoesOverItToo() {
    var server = start(with -> startTls(with, OURS).requireTLS());

    assertThat(send("smtp://", server, "Hello")).isEqualTo(new Outcome.Sent());

    assertThat(taken).hasSize(1);
  }

  @Test
  void aServerWhoseStartTlsWasStrippedGetsNeitherThePasswordNorTheMail() {
    var without = start(with -> with);
    var hidden =
        start(with -> startTls(with, OURS).hideTLS().showAuthCapabilitiesBeforeSTARTTLS(true));

    assertNothingGoesTo(without, "smtp://" + LOGIN, "STARTTLS");
    assertNothingGoesTo(hidden, "smtp://" + LOGIN, "STARTTLS");
  }

  @Test
  void aServerWithoutTlsGetsNothingWhereTlsIsAskedForFromTheFirstByte() {
    var plain = start(with -> with);

    assertNothingGoesTo(plain, "smtps://" + LOGIN, "");
    assertNothingGoesTo(plain, "smtps://", "");
  }

  @ParameterizedTest
  @ValueSource(strings = {"smtp://", "smtp://" + LOGIN, "smtps://", "smtps://" + LOGIN})
  void whoIsNotTrustedGetsNothing(String url) {
    var stranger = new HeldCertificate.Builder().certificateAuthority(0).build();
    var signedByStranger = certificate(stranger, ELSEWHERE);

    assertNothingGoesTo(start(with -> tls(with, url, signedByStranger)), url, "certification path");
  }

  @ParameterizedTest
  @ValueSource(strings = {"smtp://", "smtp://" + LOGIN, "smtps://", "smtps://" + LOGIN})
  void whoIsSomebodyElseGetsNothing(String url) {
    var somebodyElse = certificate(AUTHORITY, "mail.example.com");

    assertNothingGoesTo(start(with -> tls(with, url, somebodyElse)), url, "0.0.0.0");
  }

  @ParameterizedTest
  @ValueSource(strings = {"smtp://", "smtps://"})
  void aWrongPasswordIsSaidSoAndTheMailIsSentOnceItIsRight(String scheme) {
    var server = start(with -> tls(with, scheme, OURS).requireAuth());

    var wrong = send(scheme + "we:wrong@", server, "Hello");
    var right = send(scheme + LOGIN, server, "Hello");

    assertThat(wrong)
        .isInstanceOfSatisfying(
            Outcome.Failed.class,
            failed -> assertThat(failed.reason()).contains("535").doesNotContain("wrong"));
    assertThat(right).isEqualTo(new Outcome.Sent());
    assertThat(taken).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"\r\n.\r\n", "\n.\n", "\r.\r", "\n.\r\n", "\r\n.\n", "\r.\r\n"})
  void noTextEndsTheMailAndBeginsAnother(String end) {
    var server = start(with -> startTls(with, OURS).requireTLS());
    var second = "MAIL FROM:<x@y.z>\r\nRCPT TO:<x@y.z>\r\nDATA\r\nSubject: Smuggled\r\n\r\nHa";

    var outcome = send("smtp://", server, "Hello" + end + second + end + "Bye");

    assertThat(outcome).isEqualTo(new Outcome.Sent());
    assertThat(taken).singleElement().asString().contains("Hello", "Bye");
  }

  @Test
  void noSubjectAddsAHeader() {
    var server = start(with -> startTls(with, OURS));
    var subject = "One\r\nBcc: evil@example.com\r\n\r\nText";

    var outcome = mailer("smtp://", server).send(mail(subject, "Hello"));

    assertThat(outcome).isEqualTo(new Outcome.Sent());
    assertThat(taken)
        .singleElement()
        .asString()
        .contains("Subject: One Bcc: evil@example.com Text\r\n")
        .doesNotContain("\nBcc:");
  }

  @ParameterizedTest
  @ValueSource(strings = {"127.0.0.1.example.com", "127.example.com", "localhost.example.com"})
  void aNameThatOnlyLooksLikeThisMachineIsNotTrustedWithAPasswordInTheClear(String host) {
    assertThat(SmtpAddress.parse("smtp://" + LOGIN + host).loopback()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"localhost", "LOCALHOST", "127.0.0.1", "127.9.9.9", "[::1]"})
  void thisMachineIsKnownByItsNames(String host) {
    assertThat(SmtpAddress.parse("smtp://" + LOGIN + host).loopback()).isTrue();
  }

  private void assertNothingGoesTo(SMTPServer server, String url, String reason) {
    assertThat(send(url, server, "Hello"))
        .isInstanceOfSatisfying(
            Outcome.Failed.class,
            failed -> assertThat(failed.reason()).contains(reason).doesNotContain("s@cret"));
    assertThat(logins).isEmpty();
    assertThat(taken).isEmpty();
  }

  private static Outcome send(String url, SMTPServer server, String text) {
    return mailer(url, server).send(mail("Subject", text));
  }

  private static Mail mail(String subject, String text) {
    return new Mail(UUID.randomUUID(), TO, subject, text, Instant.EPOCH);
  }

  private static SmtpMailer mailer(String url, SMTPServer server) {
    var address = SmtpAddress.parse(url + ELSEWHERE + ":" + server.getPortAllocated());
    return new SmtpMailer(address, FROM, trusting(AUTHORITY));
  }

  private static SSLSocketFactory trusting(HeldCertificate authority) {
    return new HandshakeCertificates.Builder()
        .addTrustedCertificate(authority.certificate())
        .build()
        .sslSocketFactory();
  }

  private static HandshakeCertificates certificate(HeldCertificate authority, String... names) {
    var certificate = new HeldCertificate.Builder().signedBy(authority);
    for (var name : names) {
      certificate.addSubjectAlternativeName(name);
    }
    return new HandshakeCertificates.Builder().heldCertificate(certificate.build()).build();
  }

  private static SMTPServer.Builder tls(
      SMTPServer.Builder with, String url, HandshakeCertificates certificates) {
    return url.startsWith("smtps")
        ? with.serverSocketFactory(certificates.sslContext())
        : startTls(with, certificates);
  }

  private static SMTPServer.Builder startTls(
      SMTPServer.Builder with, HandshakeCertificates certificates) {
    return with.enableTLS().startTlsSocketFactory(certificates.sslContext());
  }

  private SMTPServer start(UnaryOperator<SMTPServer.Builder> options) {
    var logging =
        new EasyAuthenticationHandlerFactory(
            (user, password, _) -> {
              if (!password.equals("s@cret")) {
                throw new LoginFailedException();
              }
              logins.add(user + " " + password);
            });
    var server =
        options
            .apply(SMTPServer.port(0).authenticationHandlerFactory(logging))
            .messageHandler((_, _, _, data) -> taken.add(new String(data, StandardCharsets.UTF_8)))
            .build();
    server.start();
    servers.add(server);
    return server;
  }
}
