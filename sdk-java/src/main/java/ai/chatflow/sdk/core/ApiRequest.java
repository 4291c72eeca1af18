package ai.chatflow.sdk.core;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// What an operation asks for, before options and credentials.
public record ApiRequest(
    String method, String path, Query query, @Nullable String mediaType, @Nullable Object body) {

  /// `template` has one `{name}` for each value. An empty value would name another resource.
  public static ApiRequest of(String method, String template, Object... values) {
    String path = template;
    for (Object value : values) {
      String text = Objects.requireNonNull(value, "A path parameter is null.").toString();
      if (text.isBlank() || text.equals(".") || text.equals("..")) {
        throw new IllegalArgumentException("`" + text + "` cannot stand in " + template + ".");
      }
      int start = path.indexOf('{');
      path = path.substring(0, start) + encode(text) + path.substring(path.indexOf('}') + 1);
    }
    return new ApiRequest(method, path, Query.empty(), null, null);
  }

  public ApiRequest query(Query query) {
    return new ApiRequest(method, path, query, mediaType, body);
  }

  public ApiRequest body(String mediaType, Object body) {
    return new ApiRequest(
        method, path, query, mediaType, Objects.requireNonNull(body, "The body is null."));
  }

  /// Whether the server keeps its answer under an `Idempotency-Key`.
  boolean takesIdempotencyKey() {
    return method.equals("POST") || method.equals("PATCH");
  }

  private static String encode(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }
}
