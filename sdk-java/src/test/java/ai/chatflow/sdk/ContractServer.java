package ai.chatflow.sdk;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// Answers every operation with the first example that the contract has for it.
final class ContractServer implements AutoCloseable {
  private final HttpServer server;
  private final List<String> requests = new ArrayList<>();

  ContractServer() {
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    server.createContext("/", this::handle);
    server.start();
  }

  Map<String, String> environment() {
    return Map.of(
        "CHATFLOW_API_KEY",
        "cf_test_1",
        "CHATFLOW_BASE_URL",
        "http://" + server.getAddress().getHostString() + ":" + server.getAddress().getPort());
  }

  synchronized List<String> requests() {
    return List.copyOf(requests);
  }

  private void handle(HttpExchange exchange) throws IOException {
    String request = exchange.getRequestMethod() + " " + exchange.getRequestURI().getPath();
    synchronized (this) {
      requests.add(request);
    }
    try (exchange) {
      if (request.equals("GET /v1/events/stream")) {
        stream(exchange);
        return;
      }
      Contract.Route route =
          Contract.routes().stream().filter(one -> one.matches(request)).findFirst().orElse(null);
      JsonNode example = route == null ? null : route.answer();
      exchange.getResponseHeaders().add("ETag", "\"1\"");
      answer(
          exchange,
          route == null ? 404 : route.status(),
          example == null ? "" : example.toString());
    }
  }

  /// Two events, and then the rest is kept no longer.
  private static void stream(HttpExchange exchange) throws IOException {
    if (exchange.getRequestHeaders().containsKey("Last-Event-ID")) {
      answer(exchange, 410, FakeServer.problem(410, "cursor_expired"));
    } else {
      exchange.getResponseHeaders().add("Content-Type", "text/event-stream");
      answer(exchange, 200, EventStreamTest.events(42, 43));
    }
  }

  private static void answer(HttpExchange exchange, int status, String text) throws IOException {
    byte[] body = text.getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
    exchange.getResponseBody().write(body);
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
