package ai.chatflow.load;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.HdrHistogram.Histogram;
import org.awaitility.Awaitility;

/// Outgoing webhooks: 500 messages a second come in; how long from a message's commit (its POST is
/// answered) until the first byte of its event reaches the receiver, alone and beside an endpoint
/// that never answers, in turn. Each time that endpoint is a new one: nothing is known of it yet.
final class DeliveryLoad {
  private static final int PER_SECOND = 500;
  private static final int CONNECTIONS = 64;

  private final OurServer server;
  private final int rounds;
  private final Duration length;
  private final Map<String, Long> arrived = new ConcurrentHashMap<>();

  DeliveryLoad(OurServer server, int rounds, Duration length) {
    this.server = server;
    this.rounds = rounds;
    this.length = length;
  }

  void run() throws IOException {
    try (var receiver = new StandIn((request, at) -> received(request, at));
        var hanging = new StandIn((_, _) -> null)) {
      endpoint(receiver.url());
      measure("warm", length);
      var alone = new ArrayList<Histogram>();
      var beside = new ArrayList<Histogram>();
      for (int round = 0; round < rounds; round++) {
        alone.add(report("alone", measure("alone" + round, length)));
        var hangs = endpoint(hanging.url());
        beside.add(report("beside one that hangs", measure("hang" + round, length)));
        server.call(server.key(), "DELETE", "/v1/webhook-endpoints/" + hangs, "");
      }
      System.out.printf(
          "delivery, medians of p99: alone %.1f ms, beside one that hangs %.1f ms%n",
          medianOfP99(alone), medianOfP99(beside));
      report("alone, all rounds", sum(alone));
      report("beside one that hangs, all rounds", sum(beside));
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

  private static double medianOfP99(List<Histogram> rounds) {
    var sorted = rounds.stream().mapToDouble(r -> r.getValueAtPercentile(99) / 1e6).sorted();
    return sorted.skip(rounds.size() / 2).findFirst().orElseThrow();
  }

  private static Histogram sum(List<Histogram> rounds) {
    var sum = new Histogram(3);
    rounds.forEach(sum::add);
    return sum;
  }

  private static Histogram report(String name, Histogram latency) {
    System.out.printf(
        "delivery %s: %d events, p50 %.1f ms, p99 %.1f ms, most %.1f ms%n",
        name,
        latency.getTotalCount(),
        latency.getValueAtPercentile(50) / 1e6,
        latency.getValueAtPercentile(99) / 1e6,
        latency.getMaxValue() / 1e6);
    return latency;
  }
}
