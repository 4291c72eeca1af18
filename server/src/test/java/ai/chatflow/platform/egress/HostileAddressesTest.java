package ai.chatflow.platform.egress;

import static org.assertj.core.api.Assertions.assertThat;

import ai.chatflow.platform.egress.Egress.Outcome;
import ai.chatflow.testing.WebhookReceiver;
import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.SocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import okhttp3.Dns;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What a customer can try with the address of an endpoint.
class HostileAddressesTest {
  private static final Duration TIMEOUT = Duration.ofSeconds(10);
  private static final AddressGuard NOTHING = new AddressGuard(List.of());
  private static final AddressGuard LOOPBACK = new AddressGuard(List.of("127.0.0.0/8"));

  @AutoClose private final WebhookReceiver receiver = new WebhookReceiver();
  @AutoClose private final Egress closed = new Egress(NOTHING);

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://localhost./",
        "https://LOCALHOST/",
        "https://a.localhost./",
        "https://127.0.0.1./",
        "https://0/",
        "https://0x7f.1/",
        "https://0177.0.0.1/",
        "https://0x7F000001./",
        "https://\u2460\u2461\u2466.\u24ea.\u24ea.\u2460/",
        "https://\uff11\uff12\uff17.0.0.1/",
        "https://%31%32%37.0.0.1/",
        "https://[::ffff:127.0.0.1]/",
        "https://[::ffff:7f00:1]/",
        "https://[0:0:0:0:0:ffff:a9fe:a9fe]/",
        "https://[64:ff9b::169.254.169.254]/",
        "https://[2002:7f00:1::]/",
        "https://[::1%25lo]/",
        "https://8.8.8.8@127.0.0.1/",
        "https://user@example.com/",
        "https://:secret@example.com/",
        "https://127.0.0.1\\@example.com/",
        "https://example.com:80/",
        "https://example.com:0/",
        "https://example.com:65536/",
        "https://exa mple.com/",
        "https://example.com/\r\nX-Injected: yes",
        "https://example.com/\u007f",
        "https://exa\tmple.com/",
        " https://example.com/",
        "https://example.com/\n",
        "https:///",
        "file:///etc/passwd",
        "javascript:alert(1)",
        "gopher://example.com/",
        ""
      })
  void anAddressInDisguiseIsRefusedOnItsFaceAndNotDialled(String address) {
    assertThat(closed.objection(address)).as(address).isPresent();
    if (!address.contains("example.com")) {
      assertThat(closed.post(address, Map.of(), "{}", TIMEOUT)).isInstanceOf(Outcome.Failed.class);
    }
  }

  @Test
  void anAddressThatOnlyBrowsersReadIsPostedToAsItWasChecked() {
    try (var open = new Egress(LOOPBACK)) {
      var address = receiver.url("/a b|c^{d}?q=\"x\"");

      assertThat(open.objection(address)).isEmpty();
      assertThat(open.post(address, Map.of(), "{}", TIMEOUT)).isInstanceOf(Outcome.Answered.class);
    }
  }

  @Test
  void ipv4InsideIpv6BytesOfAResolverIsWhatItStandsFor() throws IOException {
    byte[] mapped = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, -1, -1, 127, 0, 0, 1};
    InetAddress disguised = Inet6Address.getByAddress("shop.example.com", mapped, -1);
    try (var egress = new Egress(NOTHING, _ -> List.of(disguised))) {
      assertThat(disguised).isInstanceOf(Inet6Address.class);
      assertThat(NOTHING.isPublic(disguised)).isFalse();
      assertThat(LOOPBACK.allows(disguised)).isTrue();
      assertThat(egress.post("https://shop.example.com/", Map.of(), "{}", TIMEOUT))
          .isEqualTo(new Outcome.Failed("The name stands for an address that is not public."));
    }
  }

  @Test
  void oneForbiddenAddressAmongSeveralIsNotDialled() throws IOException {
    var loopback = InetAddress.getLoopbackAddress();
    var private_ = InetAddress.getByName("10.0.0.1");
    Dns both = _ -> List.of(private_, loopback);
    try (var egress = new Egress(LOOPBACK, both)) {
      var address = "http://shop.example.com:" + receiver.port() + "/";

      assertThat(egress.post(address, Map.of(), "{}", TIMEOUT))
          .isInstanceOf(Outcome.Answered.class);
    }
    assertThat(receiver.received()).hasSize(1);
  }

  @Test
  void whoHostsItCanUseNamesInTheNetworksThatAreAllowed() {
    try (var open = new Egress(LOOPBACK)) {
      var address = "http://localhost:" + receiver.port() + "/";

      assertThat(open.objection(address)).isEmpty();
      assertThat(open.post(address, Map.of(), "{}", TIMEOUT)).isInstanceOf(Outcome.Answered.class);
      assertThat(open.objection("http://10.0.0.1/")).isPresent();
    }
  }

  @Test
  void noProxyOfTheMachineIsUsed() {
    var before = ProxySelector.getDefault();
    var asked = new CopyOnWriteArrayList<URI>();
    ProxySelector.setDefault(new Everything(asked));
    try (var open = new Egress(LOOPBACK)) {
      assertThat(open.post(receiver.url("/"), Map.of(), "{}", TIMEOUT))
          .isInstanceOf(Outcome.Answered.class);
    } finally {
      ProxySelector.setDefault(before);
    }
    assertThat(asked).isEmpty();
  }

  @Test
  void aNameServerThatKeepsSilentHoldsUpNobodyElse() throws Exception {
    var released = new CountDownLatch(1);
    var asked = new CountDownLatch(40);
    Dns dns =
        host -> {
          if (host.startsWith("silent")) {
            asked.countDown();
            hold(released);
          }
          return List.of(InetAddress.getLoopbackAddress());
        };
    try (var egress = new Egress(LOOPBACK, dns);
        var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Outcome>> silent =
          IntStream.range(0, 40)
              .mapToObj(
                  i ->
                      threads.submit(
                          () ->
                              egress.post(
                                  "https://silent" + i + ".example.com/", Map.of(), "{}", TIMEOUT)))
              .toList();
      asked.await();

      var quick = "http://quick.example.com:" + receiver.port() + "/";
      assertThat(threads.submit(() -> egress.post(quick, Map.of(), "{}", TIMEOUT)).get())
          .isInstanceOf(Outcome.Answered.class);
      assertThat(silent).noneMatch(Future::isDone);
      released.countDown();
    }
  }

  private static void hold(CountDownLatch released) {
    try {
      released.await();
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  /// Sends everything through a SOCKS proxy that is not there.
  private static final class Everything extends ProxySelector {
    private final List<URI> asked;

    Everything(List<URI> asked) {
      this.asked = asked;
    }

    @Override
    public List<Proxy> select(URI uri) {
      asked.add(uri);
      return List.of(
          new Proxy(Proxy.Type.SOCKS, new InetSocketAddress(InetAddress.getLoopbackAddress(), 9)));
    }

    @Override
    public void connectFailed(URI uri, SocketAddress address, IOException e) {}
  }
}
