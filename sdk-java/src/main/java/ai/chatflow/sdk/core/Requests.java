package ai.chatflow.sdk.core;

import ai.chatflow.sdk.RequestOptions;
import ai.chatflow.sdk.Upload;
import com.fasterxml.jackson.core.JsonProcessingException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// What goes out: an operation's request with the client's settings and the call's options.
public record Requests(Settings settings) {

  HttpRequest toHttp(ApiRequest request, RequestOptions options) {
    return build(request, options, Map.of())
        .timeout(options.timeout().orElse(settings.timeout()))
        .build();
  }

  /// Without a timeout: some versions of Java let it end the body too, and this one never ends.
  public HttpRequest toStream(
      ApiRequest request, RequestOptions options, @Nullable String lastEventId) {
    Map<String, String> headers = new TreeMap<>();
    headers.put("Accept", "text/event-stream");
    headers.put("Cache-Control", "no-store");
    if (lastEventId != null) {
      headers.put("Last-Event-ID", lastEventId);
    }
    return build(request, options, headers).build();
  }

  private HttpRequest.Builder build(
      ApiRequest request, RequestOptions options, Map<String, String> more) {
    Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    headers.putAll(settings.headers());
    Form form = request.body() instanceof Upload upload ? Form.of(upload) : null;
    if (form != null) {
      headers.put("Content-Type", form.contentType());
    } else if (request.mediaType() != null) {
      headers.put("Content-Type", request.mediaType());
    }
    if (request.takesIdempotencyKey()) {
      headers.put("Idempotency-Key", UUID.randomUUID().toString());
    }
    headers.putAll(more);
    headers.putAll(options.headers());
    HttpRequest.Builder http =
        HttpRequest.newBuilder(URI.create(settings.baseUrl() + request.path() + request.query()))
            .method(request.method(), form == null ? publisher(request.body()) : form.publisher());
    headers.forEach(http::header);
    return http;
  }

  private static BodyPublisher publisher(@Nullable Object body) {
    if (body == null) {
      return BodyPublishers.noBody();
    }
    try {
      return BodyPublishers.ofByteArray(Json.MAPPER.writeValueAsBytes(body));
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("The body cannot be written as JSON.", e);
    }
  }
}
