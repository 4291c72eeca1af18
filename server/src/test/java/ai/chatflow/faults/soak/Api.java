package ai.chatflow.faults.soak;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// The API as one workspace sees it: nothing is tried again that the caller does not try again.
final class Api {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final int port;
  private final String key;

  Api(int port, String key) {
    this.port = port;
    this.key = key;
  }

  /// An answer, whatever it says.
  record Answer(int status, JsonNode body) {
    boolean good() {
      return status >= 200 && status < 300;
    }
  }

  Answer get(String path) throws IOException {
    return send(request(path).GET());
  }

  Answer post(String path, String body, String... headers) throws IOException {
    var request = request(path).POST(HttpRequest.BodyPublishers.ofString(body));
    return send(headers.length == 0 ? request : request.headers(headers));
  }

  /// What must not fail.
  JsonNode make(String path, JsonNode body) throws IOException {
    var answer = post(path, body.toString());
    if (!answer.good()) {
      throw new IllegalStateException(path + ": " + answer);
    }
    return answer.body();
  }

  /// All pages of a list.
  List<JsonNode> list(String path) throws IOException {
    var items = new ArrayList<JsonNode>();
    var cursor = "";
    do {
      var page = get(path + (path.contains("?") ? "&" : "?") + "limit=100" + cursor);
      if (!page.good()) {
        throw new IllegalStateException(path + ": " + page);
      }
      page.body().path("data").forEach(items::add);
      var next = page.body().path("next_cursor").asText();
      cursor = page.body().path("has_more").asBoolean() ? "&cursor=" + next : "";
    } while (!cursor.isEmpty());
    return items;
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
        .timeout(PATIENCE)
        .header("Authorization", "Bearer " + key)
        .header("Content-Type", "application/json");
  }

  private Answer send(HttpRequest.Builder request) throws IOException {
    try {
      var answer = http.send(request.build(), BodyHandlers.ofByteArray());
      return new Answer(answer.statusCode(), JSON.readTree(answer.body()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(e);
    }
  }
}
