package ai.chatflow.platform.egress;

import static org.assertj.core.api.Assertions.assertThat;

import ai.chatflow.platform.egress.Egress.Outcome;
import ai.chatflow.testing.WebhookReceiver;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import okhttp3.Dns;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EgressTest {
  private static final Duration TIMEOUT = Duration.ofSeconds(3);

  @AutoClose private final WebhookReceiver receiver = new WebhookReceiver();
  @AutoClose private final Egress closed = new Egress(new AddressGuard(List.of()));
  @AutoClose private final Egress open = new Egress(new AddressGuard(List.of("127.0.0.0/8")));

  @ParameterizedTest
  @ValueSource(
      strings = {
        "0.0.0.0",
        "10.1.2.3",
        "100.64.0.1",
        "127.0.0.1",
        "127.9.9.9",
        "169.254.169.254",
        "172.16.0.1",
        "172.31.255.255",
        "192.0.0.8",
        "192.0.2.1",
        "192.88.99.1",
        "192.168.1.1",
        "198.18.0.1",
        "198.51.100.7",
        "203.0.113.9",
        "224.0.0.1",
        "255.255.255.255",
        "::1",
        "::",
        "::ffff:10.0.0.1",
        "64:ff9b::a00:1",
        "2002:a00:1::",
        "2001:db8::1",
        "fc00::1",
        "fd12::1",
        "fe80::1",
        "fec0::1",
        "ff02::1",
        "100::1",
        "2001::1",
        "::7f00:1",
        "5f00::1"
      })
  void whatIsNotPublicIsRefusedByTheGuardAndNeverDialled(String address) throws Exception {
    var guard = new AddressGuard(List.of());
    assertThat(guard.isPublic(InetAddress.getByName(address))).isFalse();
    var host = address.contains(":") ? "[" + address + "]" : address;

    assertThat(closed.objection("https://" + host + "/")).isPresent();
    assertThat(post(closed, "https://" + host + "/")).isInstanceOf(Outcome.Failed.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"8.8.8.8", "1.1.1.1", "172.32.0.1", "100.128.0.1", "2606:4700::1111"})
  void whatIsPublicIsNot(String address) throws Exception {
    assertThat(new AddressGuard(List.of()).isPublic(InetAddress.getByName(address))).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://shop.example.com/",
        "https://shop.example.com:22/",
        "https://a:b@example.com/",
        "https://example.com/#x",
        "ftp://example.com/",
        "example.com",
        "https://0x7f000001/",
        "https://2130706433/",
        "https://localhost/",
        "https://x.localhost/",
        "https://127.1/"
      })
  void anAddressThatIsWrongOnItsFaceIsSaidSo(String address) {
    assertThat(closed.objection(address)).isPresent();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://shop.example.com/x?y=1",
        "https://shop.example.com:8443/",
        "https://8.8.8.8"
      })
  void anOrdinaryAddressIsFine(String address) {
    assertThat(closed.objection(address)).isEmpty();
  }

  @Test
  void aNameThatStandsForLoopbackIsNotConnectedTo() {
    Dns liar = _ -> List.of(InetAddress.getLoopbackAddress());
    try (var egress = new Egress(new AddressGuard(List.of()), liar)) {
      assertThat(post(egress, "https://shop.example.com/"))
          .isEqualTo(new Outcome.Failed("The name stands for an address that is not public."));
      assertThat(post(egress, "http://shop.example.com:" + receiver.port() + "/"))
          .isEqualTo(new Outcome.Failed("Only https goes to public addresses."));
    }
    assertThat(receiver.received()).isEmpty();
  }

  @Test
  void aNameThatChangesItsMindGainsNothing() throws UnknownHostException {
    var asked = new AtomicInteger();
    var somewhere = InetAddress.getByName("203.0.113.1");
    Dns rebinding =
        _ ->
            asked.getAndIncrement() == 0
                ? List.of(somewhere)
                : List.of(InetAddress.getLoopbackAddress());
    try (var egress = new Egress(new AddressGuard(List.of()), rebinding)) {
      for (int i = 0; i < 3; i++) {
        assertThat(post(egress, "https://shop.example.com/")).isInstanceOf(Outcome.Failed.class);
      }
    }
    assertThat(receiver.received()).isEmpty();
  }

  @Test
  void aRedirectIsAnAnswerAndNotFollowed() {
    receiver.answer(302, Map.of("Location", receiver.url("/elsewhere")), "");

    assertThat(post(open, receiver.url("/here")))
        .isInstanceOfSatisfying(Outcome.Answered.class, a -> assertThat(a.status()).isEqualTo(302));
    assertThat(receiver.received()).hasSize(1);
  }

  @Test
  void anAnswerWithoutEndIsCutOff() {
    receiver.answer(200, Map.of(), "x".repeat(1_000_000));

    assertThat(post(open, receiver.url("/")))
        .isInstanceOfSatisfying(
            Outcome.Answered.class, a -> assertThat(a.body()).hasSize(64 * 1024));
  }

  @Test
  void anEndpointThatHangsIsGivenUp() {
    receiver.hang();

    assertThat(open.post(receiver.url("/"), Map.of(), "{}", Duration.ofMillis(300)))
        .isInstanceOf(Outcome.Failed.class);
  }

  private static Outcome post(Egress egress, String address) {
    return egress.post(address, Map.of(), "{}", TIMEOUT);
  }
}
