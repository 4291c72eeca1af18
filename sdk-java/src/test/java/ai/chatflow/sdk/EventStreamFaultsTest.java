package ai.chatflow.sdk;

import static org.assertj.core.api.Assertions.assertThat;

import ai.chatflow.sdk.core.RetryPolicy;
import ai.chatflow.sdk.model.Event;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// A server that cuts answers anywhere, sends events again, fails, and falls silent at the end.
@Timeout(120)
class EventStreamFaultsTest {
  private static final int EVENTS = 60;
  private static final int LONGEST_ANSWER = 7;

  private HttpServer server;
  private Random random;

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/v1/events/stream", this::answer);
    server.start();
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
  void eachEventComesOnceAndInOrder(long seed) {
    random = new Random(seed);
    List<Long> positions = new ArrayList<>();

    try (EventStream stream = client().events().stream(p -> p.cursor(0))) {
      for (Event event : stream) {
        positions.add(event.position());
        if (event.position() == EVENTS) {
          break;
        }
      }
    }

    assertThat(positions)
        .containsExactlyElementsOf(LongStream.rangeClosed(1, EVENTS).boxed().toList());
  }

  private ChatFlowClient client() {
    return ChatFlowClient.builder()
        .apiKey("cf_test_1")
        .baseUrl("http://127.0.0.1:" + server.getAddress().getPort())
        .maxRetries(100)
        .retries(new RetryPolicy(InstantSource.fixed(Instant.EPOCH), () -> 0.0), duration -> {})
        .timer(new ManualTimer())
        .build();
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      if (random.nextInt(4) == 0) {
        exchange.sendResponseHeaders(503, -1);
        return;
      }
      byte[] whole = events(exchange).getBytes(StandardCharsets.UTF_8);
      int end = random.nextBoolean() ? whole.length : random.nextInt(whole.length);
      exchange.getResponseHeaders().add("Content-Type", "text/event-stream");
      // the length of the whole: when it is cut, the connection breaks
      exchange.sendResponseHeaders(200, whole.length);
      int middle = random.nextInt(end + 1);
      exchange.getResponseBody().write(whole, 0, middle);
      exchange.getResponseBody().flush();
      exchange.getResponseBody().write(whole, middle, end - middle);
      exchange.getResponseBody().flush();
    }
  }

  private String events(HttpExchange exchange) {
    String last = exchange.getRequestHeaders().getFirst("Last-Event-ID");
    long read = last == null ? 0 : Long.parseLong(last);
    long first = Math.max(1, read + 1 - random.nextInt(3));
    long end = Math.min(EVENTS, read + random.nextInt(LONGEST_ANSWER));
    String ends = random.nextBoolean() ? "\r\n" : random.nextBoolean() ? "\r" : "\n";
    return ": hello\n\n"
        + EventStreamTest.events(LongStream.rangeClosed(first, end).toArray()).replace("\n", ends);
  }
}
