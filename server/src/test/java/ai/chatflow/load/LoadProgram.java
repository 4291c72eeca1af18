package ai.chatflow.load;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;

/// Runs each work on each system in alternating rounds and prints medians. Settings are environment
/// variables: `PEER` (the folder of the system to measure beside this one; none: this one alone),
/// `ROUNDS` (5), `ROUND` (seconds of one, 8), `WARM_UP` (seconds before each work, 40), `WORKS`
/// (`webhook,workspaces,list,send,broadcast,delivery`; `sizing` and `fairness` run alone and have
/// lengths of their own), `CONNECTIONS` (64), `JVM` (options of the server), `OUT` (a file that
/// gets one JSON line per round), `STATEMENTS=1` (prints what each SQL statement of this server
/// cost).
public final class LoadProgram {
  private static final int FASTEST = 25_000;
  private static final int SEEDED_MESSAGES = 100;

  private final int rounds = number("ROUNDS", 5);
  private final Duration length = Duration.ofSeconds(number("ROUND", 8));
  private final Duration warmUp = Duration.ofSeconds(number("WARM_UP", 40));
  private final int connections = number("CONNECTIONS", 64);
  private final Path out = Path.of(setting("OUT", "target/load.jsonl"));
  private final boolean statements = setting("STATEMENTS", "").equals("1");
  private final LongAdder accepted = new LongAdder();
  private final List<ObjectNode> results = new ArrayList<>();

  public static void main(String[] arguments) throws IOException {
    new LoadProgram().run();
  }

  private void run() throws IOException {
    var scratch = Files.createTempDirectory("chatflow-load");
    var jvm = List.of(setting("JVM", "-Xmx256m").split(" "));
    if (works().equals(List.of("fairness"))) {
      new FairnessLoad(scratch.resolve("data"), jvm, statements).run();
      return;
    }
    try (var provider = new StandIn((_, _) -> accept());
        var ours =
            new OurServer(
                scratch.resolve("data"), provider, jvm, OurServer.WORKSPACES, statements)) {
      ours.seed(SEEDED_MESSAGES);
      if (works().equals(List.of("sizing"))) {
        new SizingLoad(ours, warmUp).run();
        return;
      }
      if (setting("PEER", "").isEmpty()) {
        measure(List.of(ours));
      } else {
        var folder = Files.createDirectories(scratch.resolve("peer"));
        try (var peer = new PeerServer(Path.of(setting("PEER", "")), folder, ours, provider)) {
          measure(List.of(ours, peer));
        }
      }
      if (works().contains("delivery")) {
        new DeliveryLoad(ours, rounds, length).run();
      }
      System.out.printf("resident set of the server: %.0f MiB%n", Processes.resident(ours.pid()));
    }
  }

  private byte[] accept() {
    accepted.increment();
    return HttpBytes.ok(
        "{\"messaging_product\":\"whatsapp\",\"messages\":[{\"id\":\"wamid.out.%d.%d\"}]}"
            .formatted(ProcessHandle.current().pid(), accepted.sum()));
  }

  private void measure(List<Target> targets) throws IOException {
    for (var work : works()) {
      if (work.equals("delivery")) {
        continue;
      }
      for (var target : targets) {
        round(target, work, "warm", warmUp);
      }
      for (int i = 0; i < rounds; i++) {
        for (var target : targets) {
          if (statements && target instanceof OurServer ours) {
            ours.forgetStatements();
          }
          record(round(target, work, String.valueOf(i), length));
        }
      }
      if (statements && targets.getFirst() instanceof OurServer ours) {
        ours.statements().forEach(System.out::println);
      }
      print(work);
    }
  }

  /// One round, until everything that it caused is done; the CPU of that is part of it.
  private ObjectNode round(Target target, String work, String name, Duration duration) {
    var run = work + name + Long.toString(System.nanoTime(), 36);
    int most = (int) duration.toSeconds() * FASTEST;
    var requests = prepared(target, work, run, duration.equals(warmUp) ? most / 4 : most);
    settle(target);
    long storedBefore = target.stored();
    var before = Processes.cpu(target.processes());
    long start = System.nanoTime();
    var result =
        new ObjectMapper().createObjectNode().put("work", work).put("system", target.name());
    if (work.equals("broadcast")) {
      target.broadcast();
      settle(target);
      long elapsed = System.nanoTime() - start;
      long stored = target.stored() - storedBefore;
      result.put("per_second", stored * 1e9 / elapsed).put("requests", stored).put("bad", 0);
    } else {
      var plan = new LoadClient.Plan(target.port(), connections, 0, duration);
      var done = LoadClient.run(plan, i -> requests[i % requests.length]);
      result.put("per_second", done.perSecond()).put("requests", done.good());
      result.put("bad", done.bad()).put("p50_ms", done.millis(50)).put("p99_ms", done.millis(99));
      settle(target);
    }
    result.put("stored", target.stored() - storedBefore);
    costs(result, before, Processes.cpu(target.processes()));
    return result;
  }

  private byte[][] prepared(Target target, String work, String run, int most) {
    var inlets = target.inlets();
    var own = inlets.getFirst();
    var spread = inlets.subList(OurServer.CHANNELS - 1, inlets.size());
    return IntStream.range(0, work.equals("broadcast") ? 0 : most)
        .parallel()
        .mapToObj(
            i ->
                switch (work) {
                  case "webhook" -> own.mixed(run, i);
                  case "workspaces" -> spread.get(i % spread.size()).mixed(run, i);
                  case "list" -> target.list(i);
                  case "send" -> target.send(run, i);
                  default -> throw new IllegalArgumentException("no such work: " + work);
                })
        .toArray(byte[][]::new);
  }

  private static void settle(Target target) {
    Awaitility.await("everything done")
        .atMost(Duration.ofMinutes(10))
        .pollDelay(Duration.ZERO)
        .pollInterval(Duration.ofMillis(100))
        .until(target::quiet);
  }

  private static void costs(
      ObjectNode result, Map<String, Double> before, Map<String, Double> after) {
    double requests = Math.max(1, result.path("requests").asDouble());
    before.forEach(
        (part, seconds) ->
            result.put(part + "_ms", (after.get(part) - seconds) * 1_000 / requests));
    result.put(
        "cpu_ms", result.path("server_ms").asDouble() + result.path("postgres_ms").asDouble());
  }

  private void record(ObjectNode result) throws IOException {
    results.add(result);
    System.out.println(result);
    Files.createDirectories(out.toAbsolutePath().getParent());
    Files.writeString(out, result + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
  }

  private void print(String work) {
    var medians = new LinkedHashMap<String, Map<String, Double>>();
    for (var result : results) {
      if (result.path("work").asText().equals(work)) {
        medians.computeIfAbsent(result.path("system").asText(), system -> medians(work, system));
      }
    }
    medians.forEach((system, figures) -> System.out.println(work + " " + system + " " + figures));
    if (medians.size() == 2) {
      var ratios = new LinkedHashMap<String, Double>();
      medians
          .get("chatflow")
          .forEach((name, value) -> ratios.put(name, value / medians.get("peer").get(name)));
      System.out.println(work + " ratio " + ratios);
    }
  }

  private Map<String, Double> medians(String work, String system) {
    var figures = new LinkedHashMap<String, Double>();
    for (var name :
        List.of("per_second", "cpu_ms", "server_ms", "postgres_ms", "p50_ms", "p99_ms")) {
      var values =
          results.stream()
              .filter(r -> r.path("work").asText().equals(work))
              .filter(r -> r.path("system").asText().equals(system) && r.has(name))
              .mapToDouble(r -> r.path(name).asDouble())
              .sorted()
              .toArray();
      if (values.length > 0) {
        figures.put(name, Math.round(values[values.length / 2] * 1_000) / 1_000.0);
      }
    }
    return figures;
  }

  private static List<String> works() {
    return List.of(setting("WORKS", "webhook,workspaces,list,send,broadcast,delivery").split(","));
  }

  private static int number(String name, int otherwise) {
    return Integer.parseInt(setting(name, String.valueOf(otherwise)));
  }

  private static String setting(String name, String otherwise) {
    return System.getenv().getOrDefault(name, otherwise);
  }
}
