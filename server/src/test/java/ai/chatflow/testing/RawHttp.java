package ai.chatflow.testing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Requests that no SDK would make.
public final class RawHttp {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final HttpClient CLIENT =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  private final URI server;

  RawHttp(URI server) {
    this.server = server;
  }

  /// A request to `path`, query included.
  public Call call(String method, String path) {
    return new Call(server.resolve(path), method);
  }

  /// An answer; `body` is missing where it is empty or no JSON.
  public record Answer(int status, HttpHeaders headers, JsonNode body) {
    /// The code of a problem; empty when it is none.
    public String code() {
      return body.path("code").asText();
    }

    /// What a problem points at: pointers into the body and names of parameters.
    public List<String> places() {
      return body.path("errors")
          .valueStream()
          .map(
              e ->
                  e.hasNonNull("pointer")
                      ? e.get("pointer").asText()
                      : e.path("parameter").asText())
          .toList();
    }

    public String header(String name) {
      return headers.firstValue(name).orElse("");
    }

    @Override
    public String toString() {
      return status + " " + body;
    }
  }

  /// One request that is put together.
  public static final class Call {
    private final URI uri;
    private final String method;
    private final Map<String, String> headers = new LinkedHashMap<>();
    private byte @Nullable [] body;

    private Call(URI uri, String method) {
      this.uri = uri;
      this.method = method;
    }

    public Call key(String apiKey) {
      return header("Authorization", "Bearer " + apiKey);
    }

    public Call header(String name, String value) {
      headers.put(name, value);
      return this;
    }

    public Call body(String mediaType, JsonNode json) {
      return body(mediaType, json.toString());
    }

    public Call body(String mediaType, String text) {
      body = text.getBytes(StandardCharsets.UTF_8);
      return header("Content-Type", mediaType);
    }

    /// A form with one part.
    public Call form(String part, String filename, String mediaType, byte[] content) {
      var head =
          "--frontier\r\nContent-Disposition: form-data; name=\"%s\"; filename=\"%s\"\r\n"
                  .formatted(part, filename)
              + (mediaType.isEmpty() ? "" : "Content-Type: " + mediaType + "\r\n")
              + "\r\n";
      var form = new ByteArrayOutputStream();
      form.writeBytes(head.getBytes(StandardCharsets.UTF_8));
      form.writeBytes(content);
      form.writeBytes("\r\n--frontier--\r\n".getBytes(StandardCharsets.UTF_8));
      body = form.toByteArray();
      return header("Content-Type", "multipart/form-data; boundary=frontier");
    }

    public Answer send() {
      var publisher =
          body == null
              ? HttpRequest.BodyPublishers.noBody()
              : HttpRequest.BodyPublishers.ofByteArray(body);
      var request =
          HttpRequest.newBuilder(uri).timeout(Duration.ofSeconds(30)).method(method, publisher);
      headers.forEach(request::header);
      try {
        var response = CLIENT.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
        return new Answer(response.statusCode(), response.headers(), json(response.body()));
      } catch (IOException e) {
        throw new AssertionError(method + " " + uri + " was not answered", e);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new AssertionError(e);
      }
    }

    private static JsonNode json(byte[] bytes) {
      try {
        var read = JSON.readTree(bytes);
        return read == null ? MissingNode.getInstance() : read;
      } catch (IOException _) {
        return MissingNode.getInstance();
      }
    }
  }
}
