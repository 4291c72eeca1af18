package ai.chatflow.load;

import static org.assertj.core.api.Assertions.assertThat;

import ai.chatflow.load.LoadClient.Measured;
import ai.chatflow.load.LoadClient.Plan;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import org.HdrHistogram.ConcurrentHistogram;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Three times as many webhooks as the server can take, for some seconds. Only `-Psoak` runs it: it
/// measures time, and what else the machine does counts too.
@Tag("soak")
class OverloadIT {
  private static final Duration LENGTH =
      Duration.ofSeconds(Integer.getInteger("chatflow.overload.seconds", 8));
  private static final int BUSY = 64;
  private static final int CROWD = 1_000;

  /// The longest wait for a turn, and the work itself.
  private static final double MOST_MILLIS = 8_000;

  @TempDir static Path folder;

  @Test
  void atThreeTimesTheCapacityNearlyAsMuchIsDoneAsAtItsPeak() throws Exception {
    try (var provider = new StandIn((_, _) -> HttpBytes.ok("{}"));
        var server =
            new OurServer(folder.resolve("data"), provider, List.of("-Xmx512m"), 1, false)) {
      load(server, "warm", BUSY, 0);
      load(server, "warmer", BUSY, 0);
      var peak = load(server, "peak", BUSY, 0);
      var over = load(server, "over", CROWD, 3 * peak.measured().perSecond());

      assertThat(over.measured().perSecond())
          .as("done a second")
          .isGreaterThanOrEqualTo(0.8 * peak.measured().perSecond());
      assertThat(over.millis(99)).as("p99 of what was done").isLessThan(MOST_MILLIS);
      assertThat(server.stored()).as("answered is stored").isGreaterThanOrEqualTo(answered);
    }
  }

  private int answered;

  /// @param served from the first byte that was sent to the answer, in nanoseconds
  private record Run(Measured measured, ConcurrentHistogram served) {
    double millis(double percentile) {
      return served.getValueAtPercentile(percentile) / 1e6;
    }
  }

  private Run load(OurServer server, String name, int connections, double rate) {
    var inlet = server.inlets().getFirst();
    var sent = new ConcurrentHashMap<Integer, Long>();
    var served = new ConcurrentHistogram(3);
    var measured =
        LoadClient.run(
            new Plan(server.port(), connections, rate, LENGTH),
            i -> {
              var request = inlet.messages(name, i, 1, i, 20_000);
              sent.put(i, System.nanoTime());
              return request;
            },
            (i, at) -> {
              served.recordValue(at - sent.get(i));
              answered++;
            });
    var run = new Run(measured, served);
    System.out.printf(
        "%s: %.0f a second wanted, %.0f done, %d refused; p50 %.0f, p99 %.0f ms%n",
        name, rate, measured.perSecond(), measured.bad(), run.millis(50), run.millis(99));
    return run;
  }
}
