package ai.chatflow.bench;

import java.util.Collection;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;

/// Runs the benchmarks of this package and prints medians: calls are timed one by one, so that a
/// machine with other work to do shows in the tail and not in the figure. Settings are environment
/// variables: `ONLY` (part of a name), `FORKS` (2), `ITERATIONS` (5), `SECONDS` of one (1).
public final class Benchmarks {
  private Benchmarks() {}

  public static void main(String[] arguments) throws RunnerException {
    var length = TimeValue.seconds(number("SECONDS", 1));
    var options =
        new OptionsBuilder()
            .include("ai\\.chatflow\\.bench\\..*" + System.getenv().getOrDefault("ONLY", ""))
            .mode(Mode.SampleTime)
            .timeUnit(TimeUnit.MICROSECONDS)
            .forks(number("FORKS", 2))
            .warmupIterations(number("ITERATIONS", 5))
            .warmupTime(length)
            .measurementIterations(number("ITERATIONS", 5))
            .measurementTime(length)
            .jvmArgs("-Xmx256m", "-XX:+UseSerialGC")
            .build();
    print(new Runner(options).run());
  }

  private static void print(Collection<RunResult> results) {
    System.out.println("\n| Benchmark | Median, µs | p99, µs |\n|---|---|---|");
    for (var result : results) {
      var statistics = result.getPrimaryResult().getStatistics();
      var name = result.getParams().getBenchmark();
      System.out.printf(
          "| %s | %.1f | %.1f |%n",
          name.substring("ai.chatflow.bench.".length()),
          statistics.getPercentile(50),
          statistics.getPercentile(99));
    }
  }

  private static int number(String name, int otherwise) {
    return Integer.parseInt(System.getenv().getOrDefault(name, String.valueOf(otherwise)));
  }
}
