package ai.chatflow.platform.mail;

import ai.chatflow.platform.config.Secret;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Where mails are handed over: `smtp://user:password@host:587` or `smtps://…:465`. User and
/// password are percent-encoded.
///
/// @param tls from the first byte on
/// @param user null when none is asked for
public record SmtpAddress(
    boolean tls, String host, int port, @Nullable String user, Secret password) {
  private static final Pattern LOOPBACK =
      Pattern.compile("localhost|127\\.\\d+\\.\\d+\\.\\d+|\\[::1]", Pattern.CASE_INSENSITIVE);
  private static final int SUBMISSION = 587;
  private static final int SUBMISSIONS = 465;

  /// @throws IllegalArgumentException without the address in its message, which holds a password
  public static SmtpAddress parse(String text) {
    URI uri;
    try {
      uri = URI.create(text);
    } catch (IllegalArgumentException _) {
      throw new IllegalArgumentException("it is no URL");
    }
    var tls = "smtps".equals(uri.getScheme());
    if (!tls && !"smtp".equals(uri.getScheme()) || uri.getHost() == null) {
      throw new IllegalArgumentException("it has no scheme smtp or smtps, or no host");
    }
    int port = uri.getPort() > 0 ? uri.getPort() : tls ? SUBMISSIONS : SUBMISSION;
    var login = uri.getRawUserInfo();
    if (login == null) {
      return new SmtpAddress(tls, uri.getHost(), port, null, new Secret(""));
    }
    int colon = login.indexOf(':');
    return new SmtpAddress(
        tls,
        uri.getHost(),
        port,
        decoded(colon < 0 ? login : login.substring(0, colon)),
        new Secret(colon < 0 ? "" : decoded(login.substring(colon + 1))));
  }

  private static String decoded(String part) {
    return URLDecoder.decode(part.replace("+", "%2B"), StandardCharsets.UTF_8);
  }

  /// Whether it is this machine for sure, without asking any name server.
  boolean loopback() {
    return LOOPBACK.matcher(host).matches();
  }
}
