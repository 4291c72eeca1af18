package ai.chatflow.platform.db;

import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Objects;

/// Where a database is and who logs in. `toString` hides the password.
public record DatabaseUrl(String jdbcUrl, String user, String password) {
  public DatabaseUrl {
    Objects.requireNonNull(jdbcUrl, "jdbcUrl");
    Objects.requireNonNull(user, "user");
    Objects.requireNonNull(password, "password");
    if (!jdbcUrl.startsWith("jdbc:postgresql:")) {
      throw new IllegalArgumentException("not a PostgreSQL JDBC URL");
    }
  }

  /// Reads `postgres://user:password@host:port/database?sslmode=require` (also `postgresql://`).
  ///
  /// @throws IllegalArgumentException for anything else; the message never repeats the text
  public static DatabaseUrl parse(String text) {
    URI uri;
    try {
      uri = URI.create(text);
    } catch (IllegalArgumentException _) {
      throw malformed();
    }
    String scheme = uri.getScheme();
    String path = uri.getRawPath();
    if (!("postgres".equals(scheme) || "postgresql".equals(scheme))
        || uri.getHost() == null
        || path == null
        || path.length() < 2
        || uri.getRawUserInfo() == null) {
      throw malformed();
    }
    String[] user = uri.getRawUserInfo().split(":", 2);
    String port = uri.getPort() < 0 ? "" : ":" + uri.getPort();
    String query = uri.getRawQuery() == null ? "" : "?" + uri.getRawQuery();
    return new DatabaseUrl(
        "jdbc:postgresql://" + uri.getHost() + port + path + query,
        decoded(user[0]),
        user.length == 2 ? decoded(user[1]) : "");
  }

  /// The same database for another login role.
  public DatabaseUrl as(String otherUser, String otherPassword) {
    return new DatabaseUrl(jdbcUrl, otherUser, otherPassword);
  }

  private static String decoded(String raw) {
    return URLDecoder.decode(raw.replace("+", "%2B"), StandardCharsets.UTF_8);
  }

  private static IllegalArgumentException malformed() {
    return new IllegalArgumentException(
        "a database URL looks like postgres://user:password@host:5432/database");
  }

  @Override
  public String toString() {
    return "DatabaseUrl[" + jdbcUrl.replaceAll("\\?.*", "") + ", user=" + user + ", password=***]";
  }
}
