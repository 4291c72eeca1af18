package ai.chatflow.app.config;

import ai.chatflow.platform.config.Secret;
import java.net.URI;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import org.jspecify.annotations.Nullable;

/// Addresses of PostgreSQL as people write them. Inside, there is one form only:
/// `postgres://user:password@host:port/database?sslmode=require`.
final class DatabaseAddress {
  private static final String JDBC = "jdbc:";

  private DatabaseAddress() {}

  /// Accepts `postgres://`, `postgresql://` and `jdbc:postgresql://…?user=…&password=…`.
  ///
  /// @param variable named in the failure; the address itself never is, for it holds a password
  static Secret normalize(String variable, Secret address) {
    if (address.isEmpty()) {
      return new Secret("");
    }
    var text = address.reveal().strip();
    var uri = parse(text.startsWith(JDBC) ? text.substring(JDBC.length()) : text);
    if (uri == null) {
      throw malformed(variable);
    }
    var user = uri.getRawUserInfo();
    var kept = new ArrayList<String>();
    String name = null;
    String password = "";
    for (var part : (uri.getRawQuery() == null ? "" : uri.getRawQuery()).split("&", -1)) {
      if (part.startsWith("user=")) {
        name = part.substring(5);
      } else if (part.startsWith("password=")) {
        password = part.substring(9);
      } else if (!part.isEmpty()) {
        kept.add(part);
      }
    }
    if (user == null && name == null) {
      throw malformed(variable);
    }
    var login = user == null ? reencode(name) + ":" + reencode(password) : user;
    var port = uri.getPort() < 0 ? "" : ":" + uri.getPort();
    var query = kept.isEmpty() ? "" : "?" + String.join("&", kept);
    return new Secret(
        "postgres://" + login + "@" + uri.getHost() + port + uri.getRawPath() + query);
  }

  private static @Nullable URI parse(String text) {
    if (!text.startsWith("postgres://") && !text.startsWith("postgresql://")) {
      return null;
    }
    try {
      var uri = URI.create(text);
      var complete = uri.getHost() != null && uri.getRawPath().length() > 1;
      return complete ? uri : null;
    } catch (IllegalArgumentException _) {
      return null;
    }
  }

  private static String reencode(@Nullable String raw) {
    var text = raw == null ? "" : URLDecoder.decode(raw, StandardCharsets.UTF_8);
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }

  private static StartFailure malformed(String variable) {
    return new StartFailure(
        variable
            + " is not the address of a PostgreSQL. Write it as"
            + " postgres://user:password@host:5432/database, with special characters of the"
            + " password percent-encoded.");
  }
}
