package ai.chatflow.faults.soak;

import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/// Watches how long sends of unknown outcome stay open beyond the minute that they have.
final class Unknowns implements AutoCloseable {
  /// As long as a killed server takes to come back and to take its lanes over.
  static final Duration LATE = Duration.ofSeconds(30);

  private final ScheduledExecutorService clock = Executors.newScheduledThreadPool(1);
  private final AtomicLong latest = new AtomicLong();

  Unknowns(World world) {
    LongSupplier look =
        () ->
            world.database(
                sql ->
                    sql.number(
                        """
                        select coalesce(max(extract(epoch from now() - settle_at)), 0)::bigint
                        from send_queue where state = 'unknown'
                        """));
    var _ = clock.scheduleAtFixedRate(() -> look(look), 5, 5, TimeUnit.SECONDS);
  }

  private void look(LongSupplier look) {
    try {
      latest.accumulateAndGet(look.getAsLong(), Math::max);
    } catch (IllegalStateException _) {
      // PostgreSQL is away
    }
  }

  /// The longest, in seconds beyond the minute.
  long latest() {
    return latest.get();
  }

  @Override
  public void close() {
    clock.shutdownNow();
  }
}
