package ai.chatflow.load;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.HdrHistogram.Histogram;
import org.awaitility.Awaitility;

/// Outgoing webhooks: 500 messages a second come in; how long from a message's commit (its POST is
/// answered) until the first byte of its event reaches the receiver, alone and beside an endpoint
/// that never answers.
final class DeliveryLoad {
  private static final int PER_SECOND = 500;
  private static final int CONNECTIONS = 64;

  private final OurServer server;
  private final Duration length;
  private final Map<String, Long> arrived = new ConcurrentHashMap<>();

  DeliveryLoad(OurServer server, Duration length) {
    this.server = server;
    this.length = length;
  }

  void run() throws IOException {
    try (var receiver = new StandIn((request, at) -> received(request, at));
        var hanging = new StandIn((_, _) -> null)) {
      endpoint(receiver.url());
      measure("warm", length);
      report("alone", measure("alone", length));
      var hangs = endpoint(hanging.url());
      report("beside one that hangs", measure("hang", length));
      server.call(server.key(), "DELETE", "/v1/webhook-endpoints/" + hangs, "");
    }
  }

  private byte[] received(ByteBuffer request, long at) {
    var id = HttpBytes.between(request, "\"wamid.", '"');
    if (id != null) {
      arrived.putIfAbsent("wamid." + id, at);
    }
    return HttpBytes.ok("{}");
  }

  private String endpoint(String url) {
    var body = "{\"url\":\"%s\",\"event_types\":[\"message.received\"]}".formatted(url);
    return server
        .call(server.key(), "POST", "/v1/webhook-endpoints", body)
        .at("/webhook_endpoint/id")
        .asText();
  }

  private Histogram measure(String name, Duration duration) {
    var run = name + Long.toString(System.nanoTime(), 36);
    var committed = new ConcurrentHashMap<Integer, Long>();
    var inlet = server.inlets().getFirst();
    int expected = (int) duration.toSeconds() * PER_SECOND;
    var requests = new byte[expected + PER_SECOND][];
    for (int i = 0; i < requests.length; i++) {
      requests[i] = inlet.messages(run, i, 1, i, 20_000);
    }
    LoadClient.run(
        new LoadClient.Plan(server.port(), CONNECTIONS, PER_SECOND, duration),
        i -> requests[i],
        committed::put);
    Awaitility.await("all delivered")
        .atMost(Duration.ofMinutes(2))
        .until(
            () ->
                committed.keySet().stream()
                    .allMatch(i -> arrived.containsKey(Inlet.messageId(run, i, 0))));
    var latency = new Histogram(3);
    committed.forEach(
        (i, at) -> latency.recordValue(Math.max(0, arrived.get(Inlet.messageId(run, i, 0)) - at)));
    return latency;
  }

  private static void report(String name, Histogram latency) {
    System.out.printf(
        "delivery %s: %d events, p50 %.1f ms, p99 %.1f ms, most %.1f ms%n",
        name,
        latency.getTotalCount(),
        latency.getValueAtPercentile(50) / 1e6,
        latency.getValueAtPercentile(99) / 1e6,
        latency.getMaxValue() / 1e6);
  }
}
