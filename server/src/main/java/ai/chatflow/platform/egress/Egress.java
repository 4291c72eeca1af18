package ai.chatflow.platform.egress;

import ai.chatflow.platform.egress.GuardedSockets.ForbiddenAddress;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.InetAddress;
import java.net.Proxy;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import javax.net.ssl.SSLException;
import okhttp3.ConnectionPool;
import okhttp3.Dispatcher;
import okhttp3.Dns;
import okhttp3.Headers;
import okhttp3.HttpUrl;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Protocol;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import org.jspecify.annotations.Nullable;

/// Posts to addresses that customers name: no redirects, no proxy, answers capped, and only to
/// where `AddressGuard` lets it. A request is repeated only when its pooled connection turns out to
/// be dead. The only class that may speak to such addresses.
public final class Egress implements AutoCloseable {
  private static final MediaType JSON = MediaType.get("application/json");
  private static final Duration CONNECT = Duration.ofSeconds(5);
  private static final long LARGEST_ANSWER = 64 * 1024;
  private static final Set<Integer> PORTS = Set.of(443, 8443);

  private static final Pattern QUAD = Pattern.compile("[0-9]{1,3}(\\.[0-9]{1,3}){3}");

  /// A host whose last label is a number is an IPv4 address to some (WHATWG URL, "ends in a
  /// number").
  private static final Pattern NUMBER = Pattern.compile("(^|\\.)([0-9]+|0x[0-9a-f]*)\\.?$");

  private final AddressGuard guard;
  private final OkHttpClient https;
  private final OkHttpClient http;

  /// What came of a call.
  public sealed interface Outcome {
    /// An answer of whatever status.
    ///
    /// @param body its first 64 KiB, read as UTF-8
    record Answered(int status, String body, @Nullable String retryAfter) implements Outcome {}

    /// No answer; `reason` is for people.
    record Failed(String reason) implements Outcome {}
  }

  public Egress(AddressGuard guard) {
    this(guard, Dns.SYSTEM);
  }

  /// @param dns of tests, which let names resolve as an attacker would
  Egress(AddressGuard guard, Dns dns) {
    this.guard = guard;
    var common =
        new OkHttpClient.Builder()
            .dns(dns)
            .proxy(Proxy.NO_PROXY)
            .followRedirects(false)
            .followSslRedirects(false)
            .retryOnConnectionFailure(true)
            .protocols(List.of(Protocol.HTTP_1_1))
            .connectTimeout(CONNECT)
            .readTimeout(Duration.ZERO)
            .writeTimeout(Duration.ZERO)
            .connectionPool(new ConnectionPool(64, 60, TimeUnit.SECONDS))
            .dispatcher(new Dispatcher());
    this.https = common.socketFactory(new GuardedSockets(guard, true)).build();
    this.http =
        common
            .socketFactory(new GuardedSockets(guard, false))
            .connectionPool(new ConnectionPool(16, 60, TimeUnit.SECONDS))
            .build();
  }

  /// What is wrong with an address before anything is sent there; empty when nothing is seen. Names
  /// are not resolved: they are checked when they are dialled.
  public Optional<String> objection(String address) {
    HttpUrl url = HttpUrl.parse(address);
    if (url == null) {
      return Optional.of("must be an https URL");
    }
    if (!url.username().isEmpty() || !url.password().isEmpty()) {
      return Optional.of("must not hold credentials");
    }
    if (url.fragment() != null) {
      return Optional.of("must not have a fragment");
    }
    var literal = literal(url.host());
    if (literal.isEmpty() && NUMBER.matcher(url.host()).find()) {
      return Optional.of("must not be a number in disguise");
    }
    if (literal.filter(guard::allows).isPresent()) {
      return Optional.empty();
    }
    if (!url.isHttps()) {
      return Optional.of("must begin with https://");
    }
    if (!PORTS.contains(url.port())) {
      return Optional.of("must use port 443 or 8443");
    }
    boolean local = url.host().equals("localhost") || url.host().endsWith(".localhost");
    return local || literal.filter(a -> !guard.isPublic(a)).isPresent()
        ? Optional.of("must be at a public address")
        : Optional.empty();
  }

  private static Optional<InetAddress> literal(String host) {
    if (!QUAD.matcher(host).matches() && !host.contains(":")) {
      return Optional.empty();
    }
    try {
      return Optional.of(InetAddress.getByName(host));
    } catch (UnknownHostException _) {
      return Optional.empty();
    }
  }

  /// Blocks until there is an answer; at most `timeout`, with everything.
  public Outcome post(URI address, Map<String, String> headers, String body, Duration timeout) {
    var url = HttpUrl.get(address.toString());
    if (url == null) {
      return new Outcome.Failed("The address is not an URL.");
    }
    var request =
        new Request.Builder()
            .url(url)
            .headers(Headers.of(headers))
            .post(RequestBody.create(body.getBytes(StandardCharsets.UTF_8), JSON))
            .build();
    var client = url.isHttps() ? https : http;
    var call = client.newBuilder().callTimeout(timeout).build().newCall(request);
    try (Response response = call.execute()) {
      var peeked = response.peekBody(LARGEST_ANSWER).bytes();
      return new Outcome.Answered(
          response.code(),
          new String(peeked, StandardCharsets.UTF_8),
          response.header("Retry-After"));
    } catch (IOException e) {
      return new Outcome.Failed(reason(e, timeout));
    }
  }

  private static String reason(IOException e, Duration timeout) {
    return switch (e) {
      case ForbiddenAddress forbidden -> String.valueOf(forbidden.getMessage());
      case UnknownHostException _ -> "The name does not resolve.";
      case InterruptedIOException _ -> "No answer within " + timeout.toSeconds() + " s.";
      case SSLException _ -> "TLS failed: " + e.getMessage();
      case java.net.ConnectException _ -> "No connection.";
      default -> "The connection broke: " + e.getClass().getSimpleName() + ".";
    };
  }

  @Override
  public void close() {
    for (var client : List.of(https, http)) {
      client.dispatcher().cancelAll();
      client.connectionPool().evictAll();
    }
  }
}
