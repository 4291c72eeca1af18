package ai.chatflow.channels.whatsappcloud;

import ai.chatflow.channels.Secret;
import ai.chatflow.channels.wire.ProviderHttp;
import ai.chatflow.channels.wire.ProviderHttp.Answer;
import com.fasterxml.jackson.databind.JsonNode;
import java.net.URI;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// Calls of the Graph API.
final class GraphClient implements AutoCloseable {
  /// Lists are long, and nobody's message waits for them.
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private static final long LARGEST_LIST = 8L * 1024 * 1024;

  private final URI base;
  private final ProviderHttp http;
  private final ProviderHttp patient;

  /// @param base scheme and host of the Graph API
  /// @param connectTimeout included in `timeout`
  GraphClient(URI base, Duration connectTimeout, Duration timeout) {
    this.base = base;
    this.http = new ProviderHttp(connectTimeout, timeout);
    this.patient = new ProviderHttp(connectTimeout, PATIENCE, LARGEST_LIST);
  }

  Duration timeout() {
    return http.timeout();
  }

  Answer post(String path, Secret token, JsonNode body) {
    var publisher = HttpRequest.BodyPublishers.ofString(body.toString(), StandardCharsets.UTF_8);
    return http.call(
        request(path, token).header("Content-Type", "application/json").POST(publisher));
  }

  /// Management: what may take its time.
  Answer manage(String method, String path, Secret token, @Nullable JsonNode body) {
    var publisher =
        body == null
            ? HttpRequest.BodyPublishers.noBody()
            : HttpRequest.BodyPublishers.ofString(body.toString(), StandardCharsets.UTF_8);
    var request = request(path, token).method(method, publisher);
    return patient.call(
        body == null ? request : request.header("Content-Type", "application/json"));
  }

  Answer get(String path, Secret token) {
    return http.call(request(path, token).GET());
  }

  @Override
  public void close() {
    http.close();
    patient.close();
  }

  private HttpRequest.Builder request(String path, Secret token) {
    return HttpRequest.newBuilder(base.resolve(path))
        .header("Authorization", "Bearer " + token.reveal());
  }
}
