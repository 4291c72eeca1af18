package ai.chatflow.faults.soak;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.ToDoubleFunction;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// docs/reliability.md has the command and the figures; `Settings` says how it is made shorter.
/// Only `-Psoak` runs it.
@Tag("soak")
@Timeout(value = 1, unit = TimeUnit.HOURS)
class SoakIT {
  private static final Duration REST = Duration.ofMinutes(4);

  /// A life of fewer minutes after its beginning says nothing about growth.
  private static final double LONG_LIFE = 2;

  @TempDir static Path folder;

  private final Settings settings = Settings.read();
  private int kills;

  @Test
  void mixedLoadAndAFaultEveryTwoMinutesBreakNothing() throws Exception {
    try (var world = new World(folder, settings);
        var vitals = new Vitals(world);
        var unknowns = new Unknowns(world);
        var traffic = new Traffic(world, settings)) {
      play(world, traffic);
      awaitRest(world);
      var open = unknown(world);
      var findings = new ArrayList<Finding>();
      findings.add(told(world, open));
      resend(world, open);
      findings.addAll(Invariants.of(world));
      findings.add(
          new Finding(
              "unknown outcomes: open 30 s beyond their minute",
              open.size(),
              unknowns.latest() > Unknowns.LATE.toSeconds() ? 1 : 0,
              "at most " + unknowns.latest() + " s"));
      findings.addAll(growth(vitals));
      print(traffic, findings, vitals);
      assertThat(findings).as("seed " + settings.seed()).allMatch(Finding::holds);
    }
  }

  private void play(World world, Traffic traffic) throws IOException, InterruptedException {
    var troubles = new Troubles(world.server(), settings.chance("faults"));
    long begin = System.nanoTime();
    long end = begin + settings.length().toNanos();
    traffic.start();
    long next = begin + settings.between().toNanos();
    while (next < end) {
      Pause.until(next);
      var kind = troubles.next();
      kills += kind == Troubles.Kind.KILL_SERVER ? 1 : 0;
      System.out.printf(
          "%5.1f min: %s, over after %.1f s%n",
          (next - begin) / 60e9, kind, (System.nanoTime() - next) / 1e9);
      next += settings.between().toNanos();
    }
    Pause.until(end);
    traffic.stop();
  }

  private static void awaitRest(World world) {
    await("rest")
        .atMost(REST)
        .pollInterval(Duration.ofSeconds(1))
        .until(() -> world.database(sql -> new Stored(sql, world.tenants()).open()) == 0);
  }

  private static Set<String> unknown(World world) {
    return world.database(sql -> new Stored(sql, world.tenants()).outboundIn("'unknown'"));
  }

  /// The provider said what became of them, yet they are of unknown outcome: those are lost.
  private static Finding told(World world, Set<String> open) {
    var known = new HashSet<>(open);
    known.retainAll(Invariants.accepted(world));
    return Finding.of("unknown outcomes: though the provider told", open.size(), known.size());
  }

  /// The rest never reached the provider; to send it again is a person's decision.
  private static void resend(World world, Set<String> open) throws IOException {
    for (var tenant : world.tenants()) {
      var own = world.database(sql -> new Stored(sql, tenant).outboundIn("'unknown'"));
      own.retainAll(open);
      for (var id : own) {
        tenant.api().post("/v1/messages/" + id + "/resend", "{}");
      }
    }
    awaitRest(world);
  }

  private static List<Finding> growth(Vitals vitals) {
    var life = vitals.longestLife();
    if (life.isEmpty() || life.getLast().minutes() - life.getFirst().minutes() < LONG_LIFE) {
      return List.of();
    }
    return List.of(
        grows("live heap, MiB a minute", life, Vitals.Sample::live, 1),
        grows("resident set, MiB a minute", life, Vitals.Sample::resident, 4),
        grows("open files a minute", life, Vitals.Sample::files, 10),
        grows("threads a minute", life, Vitals.Sample::threads, 5));
  }

  private static Finding grows(
      String what, List<Vitals.Sample> life, ToDoubleFunction<Vitals.Sample> figure, int most) {
    double slope = Vitals.slope(life, figure).orElse(0);
    return new Finding(
        "growth of more than %d: %s".formatted(most, what),
        life.size(),
        slope > most ? 1 : 0,
        "%+.2f".formatted(slope));
  }

  private void print(Traffic traffic, List<Finding> findings, Vitals vitals) {
    System.out.println("done: " + new TreeMap<>(traffic.counts()));
    System.out.println("\n| What | Of | Broken |\n|---|---|---|");
    findings.forEach(System.out::println);
    System.out.println(
        "\n| Longest life of the server | Start | End | Per minute |\n|---|---|---|---|");
    var life = vitals.longestLife();
    figure("minutes of the run", life, Vitals.Sample::minutes);
    figure("resident set, MiB", life, Vitals.Sample::resident);
    figure("live heap, MiB", life, Vitals.Sample::live);
    figure("open files", life, Vitals.Sample::files);
    figure("threads", life, Vitals.Sample::threads);
    figure("CPU, seconds", life, Vitals.Sample::cpu);
    System.out.println("\nsamples:");
    vitals.samples().forEach(System.out::println);
    System.out.printf("%d kills of the server, seed %d%n", kills, settings.seed());
  }

  private static void figure(
      String name, List<Vitals.Sample> life, ToDoubleFunction<Vitals.Sample> of) {
    var known = life.stream().mapToDouble(of).filter(d -> !Double.isNaN(d)).toArray();
    if (known.length > 0) {
      var slope = Vitals.slope(life, of);
      System.out.printf(
          "| %s | %.1f | %.1f | %s |%n",
          name,
          known[0],
          known[known.length - 1],
          slope.isPresent() ? "%+.2f".formatted(slope.getAsDouble()) : "–");
    }
  }
}
