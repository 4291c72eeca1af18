package ai.chatflow.faults.soak;

import ai.chatflow.load.Processes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalDouble;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.ToDoubleFunction;

/// What the server's process takes, every ten seconds; every third time with the live heap, which
/// costs it a full collection. A life ends with the process.
final class Vitals implements AutoCloseable {
  private static final int INTERVAL = 10;
  private static final int LIVE_EACH = 3;

  /// Until then heap, stacks and connections come to the size that the load asks for.
  private static final Duration WARM = Duration.ofMinutes(3);

  private static final double MIB = 1_024 * 1_024;

  private final World world;
  private final ScheduledExecutorService clock = Executors.newScheduledThreadPool(1);
  private final List<Sample> samples = new ArrayList<>();
  private final long began = System.nanoTime();
  private int looks;

  /// @param minutes since the run began
  /// @param live live heap in MiB; NaN where it was not measured
  /// @param resident resident set in MiB
  record Sample(
      long pid, double minutes, double resident, double live, int files, int threads, double cpu) {}

  Vitals(World world) {
    this.world = world;
    var _ = clock.scheduleAtFixedRate(this::look, INTERVAL, INTERVAL, TimeUnit.SECONDS);
  }

  private void look() {
    long pid = world.server().pid();
    try {
      boolean measure = looks++ % LIVE_EACH == 0;
      var sample =
          new Sample(
              pid,
              (System.nanoTime() - began) / 60e9,
              Processes.resident(pid),
              measure ? live(pid) : Double.NaN,
              count(Path.of("/proc", String.valueOf(pid), "fd")),
              count(Path.of("/proc", String.valueOf(pid), "task")),
              cpu(pid));
      if (sample.resident() > 0) {
        synchronized (samples) {
          samples.add(sample);
        }
      }
    } catch (IOException | RuntimeException _) {
      // The process has just ended.
    }
  }

  private static int count(Path folder) throws IOException {
    try (var entries = Files.list(folder)) {
      return (int) entries.count();
    }
  }

  /// Seconds of CPU of the process alone: utime and stime (proc(5)).
  private static double cpu(long pid) throws IOException {
    var text = Files.readString(Path.of("/proc", String.valueOf(pid), "stat"));
    var fields = text.substring(text.lastIndexOf(')') + 2).split(" ");
    return (Long.parseLong(fields[11]) + Long.parseLong(fields[12])) / 100.0;
  }

  /// The last line of a class histogram: `Total 1234 56789`.
  private static double live(long pid) throws IOException {
    var jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd").toString();
    var process =
        new ProcessBuilder(jcmd, String.valueOf(pid), "GC.class_histogram")
            .redirectErrorStream(true)
            .start();
    try (var out = process.inputReader()) {
      return out.lines()
          .filter(line -> line.startsWith("Total "))
          .mapToDouble(line -> Double.parseDouble(line.split("\\s+")[2]) / MIB)
          .findFirst()
          .orElse(Double.NaN);
    }
  }

  List<Sample> samples() {
    synchronized (samples) {
      return List.copyOf(samples);
    }
  }

  /// The samples of the longest life, without its beginning, and without the last one: the process
  /// may have been ending.
  List<Sample> longestLife() {
    var all = samples();
    return all.stream()
        .map(Sample::pid)
        .distinct()
        .map(pid -> all.stream().filter(s -> s.pid() == pid).toList())
        .max(
            Comparator.comparingDouble(
                life -> life.getLast().minutes() - life.getFirst().minutes()))
        .map(
            life ->
                life.subList(0, life.size() - 1).stream()
                    .filter(s -> s.minutes() - life.getFirst().minutes() > WARM.toSeconds() / 60.0)
                    .toList())
        .orElse(List.of());
  }

  /// By how much a figure grows in a minute, by least squares; empty with fewer than three samples.
  static OptionalDouble slope(List<Sample> life, ToDoubleFunction<Sample> figure) {
    var known = life.stream().filter(s -> !Double.isNaN(figure.applyAsDouble(s))).toList();
    if (known.size() < 3) {
      return OptionalDouble.empty();
    }
    double time = known.stream().mapToDouble(Sample::minutes).average().orElseThrow();
    double mean = known.stream().mapToDouble(figure).average().orElseThrow();
    double above = 0;
    double below = 0;
    for (var sample : known) {
      above += (sample.minutes() - time) * (figure.applyAsDouble(sample) - mean);
      below += (sample.minutes() - time) * (sample.minutes() - time);
    }
    return OptionalDouble.of(above / below);
  }

  @Override
  public void close() {
    clock.shutdownNow();
  }
}
