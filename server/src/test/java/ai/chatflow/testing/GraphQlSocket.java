package ai.chatflow.testing;

import ai.chatflow.platform.json.Json;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/// Speaks `graphql-transport-ws` by hand, so that a test can also speak it wrongly. Pings of the
/// server are answered, and are not among the messages.
public final class GraphQlSocket implements AutoCloseable {
  private static final long PATIENCE = 20;

  private final HttpClient http = HttpClient.newHttpClient();
  private final BlockingQueue<JsonNode> messages = new LinkedBlockingQueue<>();
  private final CompletableFuture<Integer> closed = new CompletableFuture<>();
  private final WebSocket socket;

  private GraphQlSocket(URI server, String subprotocol, String... headers) {
    var builder = http.newWebSocketBuilder();
    for (int i = 0; i < headers.length; i += 2) {
      builder.header(headers[i], headers[i + 1]);
    }
    if (!subprotocol.isEmpty()) {
      builder.subprotocols(subprotocol);
    }
    this.socket =
        builder
            .buildAsync(
                URI.create(server.toString().replaceFirst("^http", "ws") + "/graphql"),
                new Incoming())
            .join();
  }

  /// Opens a connection, which is not initialised yet.
  public static GraphQlSocket open(URI server, String... headers) {
    return new GraphQlSocket(server, "graphql-transport-ws", headers);
  }

  /// Opens one with another sub-protocol, or none when it is empty.
  public static GraphQlSocket speaking(URI server, String subprotocol) {
    return new GraphQlSocket(server, subprotocol);
  }

  /// Opens a connection and initialises it with a key.
  public static GraphQlSocket initialised(URI server, String key) {
    var socket = open(server);
    socket.say(init(key));
    if (!socket.next().path("type").asText().equals("connection_ack")) {
      throw new AssertionError("the key was not accepted");
    }
    return socket;
  }

  public static String init(String key) {
    return "{\"type\":\"connection_init\",\"payload\":{\"authorization\":\"Bearer " + key + "\"}}";
  }

  public void say(String text) {
    socket.sendText(text, true).join();
  }

  /// A message that the server may refuse before it has all of it: its close then cuts the sending
  /// short, which is no failure.
  public void sayUnlessClosed(String text, boolean last) {
    socket.sendText(text, last).exceptionally(_ -> socket).join();
  }

  public void sayBinary(byte[] bytes) {
    socket.sendBinary(ByteBuffer.wrap(bytes), true).join();
  }

  public void subscribe(String id, String query) {
    say(subscription(id, query));
  }

  static String subscription(String id, String query) {
    var message = Json.plain().createObjectNode().put("id", id).put("type", "subscribe");
    message.putObject("payload").put("query", query);
    return message.toString();
  }

  public void complete(String id) {
    say("{\"id\":\"" + id + "\",\"type\":\"complete\"}");
  }

  /// The next message.
  public JsonNode next() {
    try {
      var message = messages.poll(PATIENCE, TimeUnit.SECONDS);
      if (message == null) {
        throw new AssertionError("nothing came; the connection is closed with " + closed);
      }
      return message;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /// The values at a path in the payloads of the next messages, all of which must be `next`.
  public List<String> values(String path, int count) {
    var values = new ArrayList<String>();
    while (values.size() < count) {
      var message = next();
      if (!message.path("type").asText().equals("next")) {
        throw new AssertionError("no result: " + message);
      }
      values.add(message.at("/payload/data" + path).asText());
    }
    return values;
  }

  public boolean isQuiet() {
    return messages.isEmpty();
  }

  public boolean isClosed() {
    return closed.isDone();
  }

  /// How it was closed; 1006 when without a word.
  public int closeCode() {
    return closed.completeOnTimeout(-1, PATIENCE, TimeUnit.SECONDS).join();
  }

  @Override
  public void close() {
    socket.abort();
    http.shutdownNow();
  }

  private final class Incoming implements WebSocket.Listener {
    private final StringBuilder text = new StringBuilder();

    @Override
    public CompletionStage<?> onText(WebSocket from, CharSequence data, boolean last) {
      text.append(data);
      if (last) {
        take(text.toString());
        text.setLength(0);
      }
      from.request(1);
      return null;
    }

    private void take(String message) {
      try {
        var json = Json.plain().readTree(message);
        if (json.path("type").asText().equals("ping")) {
          var _ = socket.sendText("{\"type\":\"pong\"}", true);
        } else {
          messages.add(json);
        }
      } catch (JsonProcessingException e) {
        throw new AssertionError("no JSON: " + message, e);
      }
    }

    @Override
    public CompletionStage<?> onClose(WebSocket from, int code, String reason) {
      closed.complete(code);
      return null;
    }

    @Override
    public void onError(WebSocket from, Throwable error) {
      closed.complete(1006);
    }
  }
}
