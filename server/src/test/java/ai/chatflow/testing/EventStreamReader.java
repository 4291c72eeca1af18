package ai.chatflow.testing;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/// Reads server-sent events without any SDK.
public final class EventStreamReader implements AutoCloseable {
  private final HttpClient http = HttpClient.newHttpClient();
  private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();
  private final HttpResponse<java.io.InputStream> response;
  private volatile boolean ended;

  private EventStreamReader(HttpRequest request) {
    try {
      this.response = http.send(request, HttpResponse.BodyHandlers.ofInputStream());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
    Thread.ofVirtual().start(this::read);
  }

  /// @param headers names and values
  public static EventStreamReader open(URI server, String key, String query, String... headers) {
    var request =
        HttpRequest.newBuilder(server.resolve("/v1/events/stream" + query))
            .header("Authorization", "Bearer " + key);
    for (int i = 0; i < headers.length; i += 2) {
      request.header(headers[i], headers[i + 1]);
    }
    return new EventStreamReader(request.build());
  }

  public int status() {
    return response.statusCode();
  }

  public String header(String name) {
    return response.headers().firstValue(name).orElse("");
  }

  /// The values of the next `id` fields of events that have data, as they come.
  public List<Long> positions(int count) {
    var positions = new ArrayList<Long>();
    long id = -1;
    while (positions.size() < count) {
      var line = next();
      if (line.startsWith("id: ")) {
        id = Long.parseLong(line.substring(4));
      } else if (line.startsWith("data: ")) {
        positions.add(id);
      }
    }
    return positions;
  }

  /// The server has closed it.
  public boolean ended() {
    return ended;
  }

  private String next() {
    try {
      var line = lines.poll(20, TimeUnit.SECONDS);
      if (line == null) {
        throw new AssertionError("nothing came for 20 seconds");
      }
      return line;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private void read() {
    try (var in =
        new BufferedReader(new InputStreamReader(response.body(), StandardCharsets.UTF_8))) {
      for (var line = in.readLine(); line != null; line = in.readLine()) {
        lines.add(line);
      }
    } catch (IOException _) {
      // The test has closed it.
    }
    ended = true;
  }

  @Override
  public void close() {
    http.shutdownNow();
  }
}
