package ai.chatflow.platform.lanes;

import java.time.Duration;
import java.util.List;

/// The housekeeping of the kernel's own tables, and the months of every partitioned one.
public final class KernelJobs {
  private static final int MONTHS_AHEAD = 2;
  private static final Duration DEAD_NODES_KEPT = Duration.ofDays(1);

  private KernelJobs() {}

  public static List<HousekeepingJob> all() {
    return List.of(
        new HousekeepingJob(
            "make-partitions",
            Duration.ofHours(12),
            tx ->
                tx.handle()
                    .createQuery("select chatflow_make_partitions(:months)")
                    .bind("months", MONTHS_AHEAD)
                    .mapTo(Integer.class)
                    .one()),
        new HousekeepingJob(
            "expire-idempotency",
            Duration.ofMinutes(10),
            tx ->
                tx.handle()
                    .execute(
                        """
                        delete from idempotency
                        where created_at < now() - interval '24 hours'
                        """)),
        new HousekeepingJob(
            "expire-webhook-journal",
            Duration.ofHours(1),
            tx ->
                tx.handle()
                    .execute(
                        """
                        delete from webhook_journal
                        where received_at < now() - interval '7 days'
                        """)),
        new HousekeepingJob(
            "forget-dead-nodes",
            Duration.ofHours(1),
            tx -> new LaneStore().deleteNodesSilentFor(tx, DEAD_NODES_KEPT)));
  }
}
