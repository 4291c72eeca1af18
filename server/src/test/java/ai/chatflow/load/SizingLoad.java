package ai.chatflow.load;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;

/// Meta's sizing for one number that sends a thousand messages a second: 3,300 webhook events a
/// second for a minute ("Cloud API throughput": three statuses a message and what comes back). Then
/// the highest rate that holds while the same server sends.
final class SizingLoad {
  private static final double EVENTS_PER_POST = 1.4;
  private static final double ASKED = 3_300;
  private static final int SENDS_PER_SECOND = 200;
  private static final int CONNECTIONS = 64;
  private static final double LONGEST_MILLIS = 1_000;
  private static final double STEP = 1.15;
  private static final Duration MINUTE = Duration.ofMinutes(1);
  private static final Duration EACH = Duration.ofSeconds(20);

  private final OurServer server;
  private final Duration warmUp;

  SizingLoad(OurServer server, Duration warmUp) {
    this.server = server;
    this.warmUp = warmUp;
  }

  void run() {
    events("warm", 0, warmUp);
    events("asked", ASKED, MINUTE);
    var ends = new AtomicBoolean();
    var sends = CompletableFuture.supplyAsync(() -> send(ends));
    double rate = ASKED / 2;
    while (holds(events("while it sends", rate, EACH), rate)) {
      rate *= STEP;
    }
    ends.set(true);
    System.out.printf("sizing: sends meanwhile: %d%n", sends.join());
  }

  private static boolean holds(LoadClient.Measured done, double rate) {
    return done.bad() == 0
        && done.millis(99) < LONGEST_MILLIS
        && done.perSecond() * EVENTS_PER_POST > rate * 0.98;
  }

  /// @param rate of events; zero for as many as go
  private LoadClient.Measured events(String name, double rate, Duration length) {
    var inlet = server.inlets().getFirst();
    var run = "sizing" + Long.toString(System.nanoTime(), 36);
    var before = Processes.cpu(server.processes());
    double own = own();
    var plan = new LoadClient.Plan(server.port(), CONNECTIONS, rate / EVENTS_PER_POST, length);
    var done = LoadClient.run(plan, i -> inlet.mixed(run, i));
    var after = Processes.cpu(server.processes());
    double events = done.good() * EVENTS_PER_POST;
    System.out.printf(
        "sizing, %s: %.0f events/s of %.0f, bad %d, p50 %.1f ms, p99 %.1f ms, CPU per event: server"
            + " %.3f ms, PostgreSQL %.3f ms, this program %.3f ms%n",
        name,
        done.perSecond() * EVENTS_PER_POST,
        rate,
        done.bad(),
        done.millis(50),
        done.millis(99),
        (after.get("server") - before.get("server")) * 1_000 / events,
        (after.get("postgres") - before.get("postgres")) * 1_000 / events,
        (own() - own) * 1_000 / events);
    return done;
  }

  private static double own() {
    var own = ProcessHandle.current().info().totalCpuDuration();
    return own.orElse(Duration.ZERO).toNanos() / 1e9;
  }

  private long send(AtomicBoolean ends) {
    long sent = 0;
    var second = Duration.ofSeconds(1);
    while (!ends.get()) {
      var run = "sends" + Long.toString(System.nanoTime(), 36);
      var plan = new LoadClient.Plan(server.port(), 16, SENDS_PER_SECOND, second);
      sent += LoadClient.run(plan, i -> server.send(run, i)).good();
    }
    return sent;
  }
}
