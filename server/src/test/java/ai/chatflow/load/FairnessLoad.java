package ai.chatflow.load;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/// Fifty workspaces hold a thousand conversations: how long from when a reply falls due until the
/// provider gets it, alone and while one workspace queues a hundred thousand messages and the
/// provider of another hangs.
final class FairnessLoad {
  private static final int WORKSPACES = 50;
  private static final int PEOPLE = 20;
  private static final int PER_SECOND = 100;
  private static final int CONNECTIONS = 32;
  private static final int FLOOD = 100_000;
  private static final int BATCH = 1_000;
  private static final Duration LENGTH = Duration.ofSeconds(60);

  private final Path folder;
  private final List<String> jvm;
  private final boolean statements;
  private final Map<String, Long> arrived = new ConcurrentHashMap<>();
  private final LongAdder calls = new LongAdder();
  private final LongAdder hung = new LongAdder();
  private volatile @Nullable String hanging;

  FairnessLoad(Path folder, List<String> jvm, boolean statements) {
    this.statements = statements;
    this.folder = folder;
    this.jvm = jvm;
  }

  void run() throws IOException {
    try (var provider = new StandIn(this::provider);
        var server = new OurServer(folder, provider, jvm, WORKSPACES + 2, statements)) {
      var talking = server.others().subList(0, WORKSPACES);
      openWindows(server, talking);
      measure(server, talking, "warm");
      var alone = measure(server, talking, "alone");
      hang(server, server.others().getLast());
      var flood = CompletableFuture.runAsync(() -> flood(server));
      var beside = measure(server, talking, "beside");
      report("alone", alone);
      report("beside a flood and one that hangs", beside);
      System.out.printf(
          "fairness: p99 grew by %.0f ms; %d calls hung, the flood %s%n",
          (beside.getValueAtPercentile(99) - alone.getValueAtPercentile(99)) / 1e6,
          hung.sum(),
          flood.isDone() ? "was all accepted" : "was still being accepted");
      flood.join();
    }
  }

  private byte @Nullable [] provider(ByteBuffer request, long at) {
    var number = hanging;
    if (number != null && HttpBytes.between(request, number, '/') != null) {
      hung.increment();
      return null;
    }
    var reply = HttpBytes.between(request, "reply <", '>');
    if (reply != null) {
      arrived.putIfAbsent(reply, at);
    }
    calls.increment();
    return HttpBytes.ok(
        "{\"messaging_product\":\"whatsapp\",\"messages\":[{\"id\":\"wamid.fair.%d\"}]}"
            .formatted(calls.sum()));
  }

  private static void openWindows(OurServer server, List<OurServer.Tenant> tenants) {
    var opening = new ArrayList<byte[]>();
    for (int i = 0; i < tenants.size(); i++) {
      opening.add(tenants.get(i).inlet().messages("open", i, PEOPLE, 0, PEOPLE));
    }
    var plan = new LoadClient.Plan(server.port(), 1, 50, Duration.ofSeconds(1));
    var done = LoadClient.run(plan, i -> opening.get(i % opening.size()));
    if (done.bad() > 0) {
      throw new IllegalStateException("the conversations were refused");
    }
  }

  /// What a person says and what is answered come in turn.
  private Histogram measure(OurServer server, List<OurServer.Tenant> tenants, String name) {
    if (statements) {
      server.forgetStatements();
    }
    var due = new ConcurrentHashMap<Integer, Long>();
    var before = Processes.cpu(server.processes());
    long start = System.nanoTime();
    var plan = new LoadClient.Plan(server.port(), CONNECTIONS, PER_SECOND * 2.0, LENGTH);
    var done =
        LoadClient.run(
            plan,
            i -> {
              int turn = i / 2;
              var tenant = tenants.get(turn % WORKSPACES);
              int person = turn / WORKSPACES % PEOPLE;
              if (i % 2 == 0) {
                return tenant.inlet().messages(name, turn, 1, person, PEOPLE);
              }
              due.put(turn, start + (long) (i * 1e9 / (PER_SECOND * 2.0)));
              return reply(tenant, name, turn, person);
            });
    var latency = new Histogram(3);
    long missing = 0;
    for (var turn : due.entrySet()) {
      var at = arrived.get(name + turn.getKey());
      missing += at == null ? 1 : 0;
      if (at != null) {
        latency.recordValue(Math.max(0, at - turn.getValue()));
      }
    }
    var after = Processes.cpu(server.processes());
    System.out.printf(
        "fairness %s: %d refused, %d replies not there at the end, p99 of requests %.0f ms, CPU:"
            + " server %.1f s, PostgreSQL %.1f s%n",
        name,
        done.bad(),
        missing,
        done.millis(99),
        after.get("server") - before.get("server"),
        after.get("postgres") - before.get("postgres"));
    if (statements) {
      server.statements().forEach(System.out::println);
    }
    return latency;
  }

  private static byte[] reply(OurServer.Tenant tenant, String name, int turn, int person) {
    var phone = Inlet.person((int) ((long) person * 7_919 % PEOPLE));
    return HttpBytes.post(
        "/v1/messages",
        HttpBytes.bytes(text(tenant.channel(), phone, "reply <" + name + turn + ">")),
        "Authorization",
        "Bearer " + tenant.key(),
        "Idempotency-Key",
        name + turn);
  }

  private static String text(String channel, String phone, String text) {
    return ("{\"channel_id\":\"%s\",\"to\":{\"phone\":\"+%s\"},"
            + "\"content\":{\"type\":\"text\",\"text\":\"%s\"}}")
        .formatted(channel, phone, text);
  }

  private void hang(OurServer server, OurServer.Tenant tenant) {
    hanging = "/" + tenant.inlet().phoneNumberId();
    batch(server, tenant.key(), tenant.channel(), 0, BATCH);
  }

  private static void flood(OurServer server) {
    for (int i = 0; i < FLOOD; i += BATCH) {
      var channels = server.channels();
      batch(server, server.key(), channels.get(i / BATCH % channels.size()), i, BATCH);
    }
  }

  private static void batch(OurServer server, String key, String channel, int first, int size) {
    var messages = new ArrayList<String>();
    for (int i = 0; i < size; i++) {
      messages.add(
          ("{\"channel_id\":\"%s\",\"to\":{\"phone\":\"+%s\"},\"priority\":\"campaign\",\"content\":"
               + "{\"type\":\"template\",\"name\":\"hello_world\",\"language\":\"en_US\"}}")
              .formatted(channel, Inlet.person(first + i)));
    }
    var body = "{\"messages\":[" + String.join(",", messages) + "]}";
    server.call(key, "POST", "/v1/messages/batch", body);
  }

  private static void report(String name, Histogram latency) {
    System.out.printf(
        "fairness %s: %d replies, p50 %.1f ms, p99 %.1f ms, most %.1f ms%n",
        name,
        latency.getTotalCount(),
        latency.getValueAtPercentile(50) / 1e6,
        latency.getValueAtPercentile(99) / 1e6,
        latency.getMaxValue() / 1e6);
  }
}
