package ai.chatflow.faults.soak;

import ai.chatflow.sdk.Webhooks;
import ai.chatflow.sdk.errors.WebhookVerificationException;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.LongAdder;

/// A customer's endpoint: checks each signature, and refuses every twentieth event the first time.
final class Receiver implements AutoCloseable {
  private static final int REFUSES = 20;

  private final Set<Long> positions = ConcurrentHashMap.newKeySet();
  private final Set<Long> refused = ConcurrentHashMap.newKeySet();
  private final LongAdder posts = new LongAdder();
  private final LongAdder forged = new LongAdder();
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final HttpServer server;
  private volatile Webhooks webhooks = Webhooks.of("whsec_" + "A".repeat(44));

  Receiver() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(threads);
    server.createContext("/", this::take);
    server.start();
  }

  String url() {
    return "http://127.0.0.1:" + server.getAddress().getPort() + "/events";
  }

  void expect(String secret) {
    webhooks = Webhooks.of(secret);
  }

  /// The positions of the events that it took.
  Set<Long> positions() {
    return positions;
  }

  long posts() {
    return posts.sum();
  }

  /// Posts whose signature did not hold.
  long forged() {
    return forged.sum();
  }

  private void take(HttpExchange exchange) throws IOException {
    try (exchange) {
      var body = exchange.getRequestBody().readAllBytes();
      posts.increment();
      exchange.sendResponseHeaders(judge(exchange, body), -1);
    }
  }

  private int judge(HttpExchange exchange, byte[] body) {
    try {
      long position = webhooks.unwrap(body, exchange.getRequestHeaders()).position();
      if (position % REFUSES == 0 && refused.add(position)) {
        return 503;
      }
      positions.add(position);
      return 204;
    } catch (WebhookVerificationException _) {
      forged.increment();
      return 400;
    }
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
