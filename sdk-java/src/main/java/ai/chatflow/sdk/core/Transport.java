package ai.chatflow.sdk.core;

import ai.chatflow.sdk.ApiResponse;
import ai.chatflow.sdk.Page;
import ai.chatflow.sdk.RequestOptions;
import ai.chatflow.sdk.errors.InvalidResponseException;
import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JavaType;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// The door of the generated operations: JSON in, JSON out.
public final class Transport {
  private final Settings settings;
  private final Attempts attempts;

  public Transport(Settings settings) {
    this.settings = settings;
    this.attempts = new Attempts(settings);
  }

  /// For operations that answer with one resource.
  public <T> ApiResponse<T> send(ApiRequest request, RequestOptions options, Class<T> type) {
    HttpResponse<byte[]> response = exchange(request, options);
    return answer(response, parse(response, Json.MAPPER.constructType(type)));
  }

  /// For operations that answer with nothing.
  public ApiResponse<@Nullable Void> send(ApiRequest request, RequestOptions options) {
    HttpResponse<byte[]> response = exchange(request, options);
    return new ApiResponse<>(response.statusCode(), response.headers(), null);
  }

  /// For operations that answer with a list.
  public <T> ApiResponse<Page<T>> page(ApiRequest request, RequestOptions options, Class<T> type) {
    HttpResponse<byte[]> response = exchange(request, options);
    PageBody<T> body =
        parse(
            response,
            Json.MAPPER.getTypeFactory().constructParametricType(PageBody.class, type));
    Page<T> page =
        new Page<>(
            body.data(),
            body.hasMore(),
            body.nextCursor(),
            cursor ->
                page(request.query(request.query().with("cursor", cursor)), options, type).body());
    return answer(response, page);
  }

  private HttpResponse<byte[]> exchange(ApiRequest request, RequestOptions options) {
    int retries = options.maxRetries().orElse(settings.maxRetries());
    return attempts.send(toHttp(request, options), retries);
  }

  private HttpRequest toHttp(ApiRequest request, RequestOptions options) {
    Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    headers.putAll(settings.headers());
    if (request.mediaType() != null) {
      headers.put("Content-Type", request.mediaType());
    }
    if (request.takesIdempotencyKey()) {
      headers.put("Idempotency-Key", UUID.randomUUID().toString());
    }
    headers.putAll(options.headers());
    HttpRequest.Builder http =
        HttpRequest.newBuilder(URI.create(settings.baseUrl() + request.path() + request.query()))
            .timeout(options.timeout().orElse(settings.timeout()))
            .method(request.method(), publisher(request.body()));
    headers.forEach(http::header);
    return http.build();
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

  private static <T> T parse(HttpResponse<byte[]> response, JavaType type) {
    try {
      return Json.MAPPER.readValue(response.body(), type);
    } catch (IOException e) {
      String request = response.headers().firstValue("Request-Id").orElse("unknown");
      throw new InvalidResponseException(
          "The answer is no " + type.toCanonical() + " (request " + request + ").", e);
    }
  }

  private static <T> ApiResponse<T> answer(HttpResponse<byte[]> response, T body) {
    return new ApiResponse<>(response.statusCode(), response.headers(), body);
  }

  @JsonIgnoreProperties(ignoreUnknown = true)
  private record PageBody<T>(
      @JsonProperty("data") List<T> data,
      @JsonProperty("has_more") boolean hasMore,
      @JsonProperty("next_cursor") @Nullable String nextCursor) {}
}
