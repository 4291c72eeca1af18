package ai.chatflow.platform.egress;

import static org.assertj.core.api.Assertions.assertThat;

import ai.chatflow.platform.egress.Egress.Outcome;
import ai.chatflow.testing.HostileServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.zip.GZIPOutputStream;
import okhttp3.Dns;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What a receiver can do to us by answering.
class HostileAnswersTest {
  private static final int CAP = 64 * 1024;
  private static final Duration SHORT = Duration.ofMillis(400);
  private static final Duration LONG = Duration.ofSeconds(20);

  @AutoClose private final Egress egress = new Egress(new AddressGuard(List.of("127.0.0.0/8")));

  @Test
  void aBodyThatNeverEndsIsReadToTheCap() {
    try (var server =
        HostileServer.withoutEnd(
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", "5\r\nhello\r\n")) {
      assertThat(post(server, LONG))
          .isInstanceOfSatisfying(
              Outcome.Answered.class,
              answer -> {
                assertThat(answer.status()).isEqualTo(200);
                assertThat(answer.body()).hasSize(CAP);
              });
    }
  }

  @Test
  void aBodyThatStopsDrippingIsKeptAsFarAsItCame() {
    var released = new CountDownLatch(1);
    try (var server =
        new HostileServer(
            out -> {
              out.write(ascii("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nhello"));
              out.flush();
              hold(released);
            })) {
      assertThat(post(server, SHORT)).isEqualTo(new Outcome.Answered(200, "hello", null));
      released.countDown();
    }
  }

  @Test
  void aReceiverThatHangsUpInItsAnswerHasAnswered() {
    try (var server =
        HostileServer.saying("HTTP/1.1 500 Oops\r\nContent-Length: 1000\r\n\r\nhello")) {
      assertThat(post(server, LONG)).isEqualTo(new Outcome.Answered(500, "hello", null));
      assertThat(server.requests()).hasSize(1);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "HTTP/1.1 200 OK\\r\\n, X-Again: and again\\r\\n",
    "HTTP/1.1 200 OK\\r\\n, x",
    "HTTP/1.1, x",
    "HTTP/1.1 100 Go on\\r\\n\\r\\n, HTTP/1.1 103 Early\\r\\n\\r\\n"
  })
  void aHeadThatNeverEndsIsGivenUp(String beginning, String rest) {
    try (var server =
        HostileServer.withoutEnd(beginning.translateEscapes(), rest.translateEscapes())) {
      assertThat(post(server, Duration.ofSeconds(2))).isInstanceOf(Outcome.Failed.class);
    }
  }

  @Test
  void aHeadThatStopsIsGivenUp() {
    var released = new CountDownLatch(1);
    try (var server =
        new HostileServer(
            out -> {
              out.write(ascii("HTTP/1.1 200 OK\r\nX-Slow: "));
              out.flush();
              hold(released);
            })) {
      assertThat(post(server, SHORT)).isEqualTo(new Outcome.Failed("No answer within 0 s."));
      released.countDown();
    }
  }

  @Test
  void nothingIsUnpacked() throws IOException {
    var bomb = new ByteArrayOutputStream();
    try (var gzip = new GZIPOutputStream(bomb)) {
      for (int i = 0; i < 1_000; i++) {
        gzip.write(new byte[CAP]);
      }
    }
    try (var server =
        new HostileServer(
            out -> {
              out.write(
                  ascii(
                      "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: %d\r\n\r\n"
                          .formatted(bomb.size())));
              bomb.writeTo(out);
            })) {
      assertThat(post(server, LONG))
          .isInstanceOfSatisfying(
              Outcome.Answered.class, answer -> assertThat(answer.body()).startsWith("\u001f"));
      assertThat(server.requests().getFirst()).contains("accept-encoding: identity\r\n");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "401 No\r\nWWW-Authenticate: Basic realm=x",
        "407 No\r\nProxy-Authenticate: Basic realm=x",
        "408 Slow",
        "408 Slow\r\nRetry-After: 0",
        "421 Elsewhere",
        "503 Later\r\nRetry-After: 0",
        "307 There\r\nLocation: /",
        "308 There\r\nLocation: http://169.254.169.254/",
      })
  void anAnswerThatAsksForAnotherCallGetsNone(String answer) {
    try (var server =
        HostileServer.saying("HTTP/1.1 " + answer + "\r\nContent-Length: 0\r\n\r\n")) {
      post(server, LONG);

      assertThat(server.requests()).hasSize(1);
    }
  }

  @Test
  void aReceiverThatHangsUpIsNotCalledAtTheNextAddressOfItsName() {
    var loopback = InetAddress.getLoopbackAddress();
    Dns several = _ -> List.of(loopback, loopback, loopback);
    try (var server = HostileServer.saying("");
        var here = new Egress(new AddressGuard(List.of("127.0.0.0/8")), several)) {
      var outcome =
          here.post("http://shop.example.com:" + server.port() + "/", Map.of(), "{}", LONG);

      assertThat(outcome).isInstanceOf(Outcome.Failed.class);
      assertThat(server.requests()).hasSize(1);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "HTTP/1.1 099 Low\r\n\r\n",
        "HTTP/1.1 -12 Negative\r\n\r\n",
        "HTTP/1.1 204 None\r\nContent-Length: 5\r\n\r\nhello",
        "SSH-2.0-OpenSSH_9.9\r\n\r\n",
        "\r\n\r\n"
      })
  void whatIsNotHttpIsAFailureThatSaysSo(String answer) {
    try (var server = HostileServer.saying(answer)) {
      assertThat(post(server, LONG))
          .isInstanceOfSatisfying(
              Outcome.Failed.class,
              failed -> assertThat(failed.reason()).startsWith("The answer is not HTTP"));
    }
  }

  @Test
  void whatTheReceiverSaysDoesNotFloodOrBreakTheReason() {
    try (var server = HostileServer.saying("\u0000\u001b[2J" + "x".repeat(5_000) + "\r\n\r\n")) {
      assertThat(post(server, LONG))
          .isInstanceOfSatisfying(
              Outcome.Failed.class,
              failed ->
                  assertThat(failed.reason()).hasSizeLessThan(301).doesNotMatch("\\p{Cntrl}"));
    }
  }

  private Outcome post(HostileServer server, Duration timeout) {
    return egress.post(server.url(), Map.of(), "{}", timeout);
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  private static void hold(CountDownLatch released) {
    try {
      released.await();
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }
}
