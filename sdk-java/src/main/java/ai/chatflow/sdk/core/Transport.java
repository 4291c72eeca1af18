package ai.chatflow.sdk.core;

import ai.chatflow.sdk.ApiResponse;
import ai.chatflow.sdk.NoContent;
import ai.chatflow.sdk.Page;
import ai.chatflow.sdk.RequestOptions;
import ai.chatflow.sdk.errors.InvalidResponseException;
import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.ArrayList;
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
    return answer(response, parse(response, type));
  }

  /// For operations that answer with nothing.
  public ApiResponse<NoContent> send(ApiRequest request, RequestOptions options) {
    HttpResponse<byte[]> response = exchange(request, options);
    return answer(response, NoContent.INSTANCE);
  }

  /// For operations that answer with a list.
  public <T> ApiResponse<Page<T>> page(ApiRequest request, RequestOptions options, Class<T> type) {
    HttpResponse<byte[]> response = exchange(request, options);
    PageBody body = parse(response, PageBody.class);
    List<T> data = new ArrayList<>();
    for (JsonNode item : body.data()) {
      data.add(convert(response, item, type));
    }
    Page<T> page =
        new Page<>(
            data,
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

  private static <T> T parse(HttpResponse<byte[]> response, Class<T> type) {
    try {
      return Json.MAPPER.readValue(response.body(), type);
    } catch (IOException e) {
      throw invalid(response, type, e);
    }
  }

  private static <T> T convert(HttpResponse<byte[]> response, JsonNode json, Class<T> type) {
    try {
      return Json.MAPPER.treeToValue(json, type);
    } catch (IOException e) {
      throw invalid(response, type, e);
    }
  }

  private static InvalidResponseException invalid(
      HttpResponse<byte[]> response, Class<?> type, IOException cause) {
    String request = response.headers().firstValue("Request-Id").orElse("unknown");
    return new InvalidResponseException(
        "The answer is no " + type.getSimpleName() + " (request " + request + ").", cause);
  }

  private static <T> ApiResponse<T> answer(HttpResponse<byte[]> response, T body) {
    return new ApiResponse<>(response.statusCode(), response.headers(), body);
  }

  @JsonIgnoreProperties(ignoreUnknown = true)
  private record PageBody(
      @JsonProperty("data") List<JsonNode> data,
      @JsonProperty("has_more") boolean hasMore,
      @JsonProperty("next_cursor") @Nullable String nextCursor) {}
}
