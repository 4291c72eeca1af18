package ai.chatflow.channels.whatsappcloud;

import ai.chatflow.channels.Secret;
import ai.chatflow.channels.wire.ProviderHttp;
import ai.chatflow.channels.wire.ProviderHttp.Answer;
import com.fasterxml.jackson.databind.JsonNode;
import java.net.URI;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/// Calls of the Graph API.
final class GraphClient implements AutoCloseable {
  private final URI base;
  private final ProviderHttp http;

  /// @param base scheme and host of the Graph API
  /// @param connectTimeout included in `timeout`
  GraphClient(URI base, Duration connectTimeout, Duration timeout) {
    this.base = base;
    this.http = new ProviderHttp(connectTimeout, timeout);
  }

  Duration timeout() {
    return http.timeout();
  }

  Answer post(String path, Secret token, JsonNode body) {
    var publisher = HttpRequest.BodyPublishers.ofString(body.toString(), StandardCharsets.UTF_8);
    return http.call(
        request(path, token).header("Content-Type", "application/json").POST(publisher));
  }

  Answer get(String path, Secret token) {
    return http.call(request(path, token).GET());
  }

  @Override
  public void close() {
    http.close();
  }

  private HttpRequest.Builder request(String path, Secret token) {
    return HttpRequest.newBuilder(base.resolve(path))
        .header("Authorization", "Bearer " + token.reveal());
  }
}
