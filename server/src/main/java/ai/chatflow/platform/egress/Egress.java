package ai.chatflow.platform.egress;

import ai.chatflow.platform.egress.GuardedSockets.ForbiddenAddress;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ProtocolException;
import java.net.Proxy;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import javax.net.ssl.SSLException;
import okhttp3.ConnectionPool;
import okhttp3.Dns;
import okhttp3.Headers;
import okhttp3.HttpUrl;
import okhttp3.OkHttpClient;
import okhttp3.Protocol;
import okhttp3.Request;
import okhttp3.Response;
import okio.BufferedSource;
import org.jspecify.annotations.Nullable;

/// Posts to addresses that customers name: no redirects, no proxy, no compression, answers capped,
/// and only to where `AddressGuard` lets it. A request leaves at most once: not again for an answer
/// that asks for it (408, 503), nor at a second address of the same name. The only class that may
/// speak to such addresses.
public final class Egress implements AutoCloseable {
  private static final Duration CONNECT = Duration.ofSeconds(5);
  private static final long LARGEST_ANSWER = 64 * 1024;
  private static final int LONGEST_REASON = 300;
  private static final int LOWEST_STATUS = 100;

  private static final Pattern QUAD = Pattern.compile("[0-9]{1,3}(\\.[0-9]{1,3}){3}");

  /// A host whose last label is a number is an IPv4 address to some (WHATWG URL, "ends in a
  /// number").
  private static final Pattern NUMBER = Pattern.compile("(^|\\.)([0-9]+|0x[0-9a-f]*)\\.?$");

  private static final Pattern CONTROL = Pattern.compile("\\p{Cntrl}");

  private static final Pattern LOCAL = Pattern.compile("(^|\\.)localhost\\.?$");

  private final AddressGuard guard;
  private final OkHttpClient https;
  private final OkHttpClient http;
  private final PatientDns names;

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
    this.names = new PatientDns(dns);
    var common =
        new OkHttpClient.Builder()
            .dns(names)
            .proxy(Proxy.NO_PROXY)
            .followRedirects(false)
            .followSslRedirects(false)
            .retryOnConnectionFailure(true)
            .protocols(List.of(Protocol.HTTP_1_1))
            .connectTimeout(CONNECT)
            .readTimeout(Duration.ZERO)
            .writeTimeout(Duration.ZERO)
            .connectionPool(new ConnectionPool(64, 60, TimeUnit.SECONDS));
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
    // the parser passes over them, and others show or send what was said
    if (CONTROL.matcher(address).find() || !address.equals(address.strip())) {
      return Optional.of("must not hold control characters, nor begin or end with a space");
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
    // a name may stand for one of the operator's networks
    if (literal.map(guard::allows).orElse(guard.allowsAny())) {
      return Optional.empty();
    }
    if (!url.isHttps()) {
      return Optional.of("must begin with https://");
    }
    if (!GuardedSockets.PORTS.contains(url.port())) {
      return Optional.of("must use port 443 or 8443");
    }
    return LOCAL.matcher(url.host()).find() || literal.filter(a -> !guard.isPublic(a)).isPresent()
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

  /// Blocks until there is an answer; at most `timeout`, with everything. An answer whose status
  /// has come is one, be its body cut off or without end.
  public Outcome post(String address, Map<String, String> headers, String body, Duration timeout) {
    var url = HttpUrl.parse(address);
    if (url == null) {
      return new Outcome.Failed("The address is not an URL.");
    }
    var request =
        new Request.Builder()
            .url(url)
            .headers(Headers.of(headers))
            .header("Accept-Encoding", "identity")
            .post(new OnceBody(body))
            .build();
    var call = (url.isHttps() ? https : http).newCall(request);
    call.timeout().timeout(timeout.toNanos(), TimeUnit.NANOSECONDS);
    try (Response response = call.execute()) {
      return response.code() < LOWEST_STATUS
          ? new Outcome.Failed("The answer is not HTTP.")
          : new Outcome.Answered(
              response.code(), beginning(response.body().source()), response.header("Retry-After"));
    } catch (IOException e) {
      return new Outcome.Failed(shown(reason(e, timeout)));
    } catch (IllegalStateException _) {
      // the client's own view of a status such as -1
      return new Outcome.Failed("The answer is not HTTP.");
    }
  }

  private static String beginning(BufferedSource body) {
    try {
      body.request(LARGEST_ANSWER);
    } catch (IOException _) {
      // what came is kept
    }
    var bytes = body.getBuffer().snapshot((int) Math.min(body.getBuffer().size(), LARGEST_ANSWER));
    return bytes.string(StandardCharsets.UTF_8);
  }

  private static String reason(IOException e, Duration timeout) {
    return switch (e) {
      case ForbiddenAddress forbidden -> String.valueOf(forbidden.getMessage());
      case UnknownHostException _ -> "The name does not resolve.";
      case InterruptedIOException _ -> "No answer within " + timeout.toSeconds() + " s.";
      case SSLException _ -> "TLS failed: " + e.getMessage();
      case ConnectException _ -> "No connection.";
      case ProtocolException _ -> "The answer is not HTTP: " + e.getMessage();
      default -> "The connection broke: " + e.getClass().getSimpleName() + ".";
    };
  }

  /// Some of it may be the other side's words, such as the names in a certificate.
  private static String shown(String reason) {
    var plain = reason.replaceAll("\\p{Cntrl}+", " ");
    return plain.length() <= LONGEST_REASON ? plain : plain.substring(0, LONGEST_REASON);
  }

  @Override
  public void close() {
    for (var client : List.of(https, http)) {
      client.dispatcher().cancelAll();
      client.connectionPool().evictAll();
    }
    names.close();
  }
}
