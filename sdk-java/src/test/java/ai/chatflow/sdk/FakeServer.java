package ai.chatflow.sdk;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/// Answers what it was told to, in that order, and remembers what it was asked.
final class FakeServer implements AutoCloseable {
  private static final int OPEN = -200;

  private final HttpServer server;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final CountDownLatch closed = new CountDownLatch(1);
  private final Deque<Answer> answers = new ArrayDeque<>();
  private final List<Request> requests = new ArrayList<>();

  FakeServer() {
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    server.setExecutor(threads);
    server.createContext("/", this::handle);
    server.start();
  }

  FakeServer answer(int status, String body, String... namesAndValues) {
    answers.add(new Answer(status, body, namesAndValues));
    return this;
  }

  /// An event stream that ends after these bytes.
  FakeServer stream(String body) {
    answers.add(new Answer(200, body, "Content-Type", "text/event-stream"));
    return this;
  }

  /// An event stream that is silent after these bytes.
  FakeServer openStream(String body) {
    answers.add(new Answer(OPEN, body, "Content-Type", "text/event-stream; charset=utf-8"));
    return this;
  }

  /// The connection ends without an answer.
  FakeServer hangUp() {
    answers.add(new Answer(0, ""));
    return this;
  }

  String url() {
    return "http://" + server.getAddress().getHostString() + ":" + server.getAddress().getPort();
  }

  synchronized List<Request> requests() {
    return List.copyOf(requests);
  }

  Request onlyRequest() {
    if (requests().size() != 1) {
      throw new AssertionError("Not one request: " + requests());
    }
    return requests().get(0);
  }

  private void handle(HttpExchange exchange) throws IOException {
    Answer answer = remember(exchange);
    try (exchange) {
      if (answer.status() == 0) {
        return;
      }
      for (int i = 0; i < answer.headers().length; i += 2) {
        exchange.getResponseHeaders().add(answer.headers()[i], answer.headers()[i + 1]);
      }
      byte[] body = answer.body().getBytes(StandardCharsets.UTF_8);
      if (answer.status() == OPEN) {
        exchange.sendResponseHeaders(200, 0);
        exchange.getResponseBody().write(body);
        exchange.getResponseBody().flush();
        hold();
        return;
      }
      exchange.sendResponseHeaders(answer.status(), body.length == 0 ? -1 : body.length);
      exchange.getResponseBody().write(body);
    }
  }

  private void hold() {
    try {
      closed.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private synchronized Answer remember(HttpExchange exchange) throws IOException {
    String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
    requests.add(
        new Request(
            exchange.getRequestMethod(),
            exchange.getRequestURI().toString(),
            exchange.getRequestHeaders(),
            body));
    Answer answer = answers.poll();
    return answer != null ? answer : new Answer(599, "{}");
  }

  @Override
  public void close() {
    closed.countDown();
    server.stop(0);
    threads.shutdownNow();
  }

  record Request(String method, String uri, Headers headers, String body) {
    String header(String name) {
      return headers.getFirst(name);
    }

    JsonNode json() {
      try {
        return new ObjectMapper().readTree(body);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  private record Answer(int status, String body, String... headers) {}

  static String problem(int status, String code) {
    return """
    {"type": "https://chatflow.ai/problems/%s", "title": "T", "status": %d, "detail": "D",
     "code": "%s", "request_id": "r-1", "retryable": false,
     "errors": [{"pointer": "/name", "code": "too_long", "detail": "At most 100 characters."}]}
    """
        .formatted(code, status, code);
  }

  static Map<String, String> environment(FakeServer server) {
    return Map.of("CHATFLOW_API_KEY", "cf_test_1", "CHATFLOW_BASE_URL", server.url());
  }
}
