package ai.chatflow.sdk.core;

import ai.chatflow.sdk.ApiResponse;
import ai.chatflow.sdk.NoContent;
import ai.chatflow.sdk.errors.InvalidResponseException;
import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What came back, read.
final class Answers {
  private Answers() {}

  /// @param data the items of the page
  record Items<T>(List<T> data, boolean hasMore, @Nullable String nextCursor) {}

  static <T> ApiResponse<T> one(HttpResponse<byte[]> response, Class<T> type) {
    return with(response, parse(response, type));
  }

  static ApiResponse<NoContent> nothing(HttpResponse<byte[]> response) {
    return with(response, NoContent.INSTANCE);
  }

  static <T> Items<T> page(HttpResponse<byte[]> response, Class<T> type) {
    PageBody body = parse(response, PageBody.class);
    List<T> data = new ArrayList<>();
    for (JsonNode item : body.data()) {
      data.add(convert(response, item, type));
    }
    return new Items<>(data, body.hasMore(), body.nextCursor());
  }

  static <T> ApiResponse<T> with(HttpResponse<byte[]> response, T body) {
    return new ApiResponse<>(response.statusCode(), response.headers(), body);
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

  @JsonIgnoreProperties(ignoreUnknown = true)
  private record PageBody(
      @JsonProperty("data") List<JsonNode> data,
      @JsonProperty("has_more") boolean hasMore,
      @JsonProperty("next_cursor") @Nullable String nextCursor) {}
}
