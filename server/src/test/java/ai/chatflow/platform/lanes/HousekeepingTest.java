package ai.chatflow.platform.lanes;

import static org.assertj.core.api.Assertions.assertThat;

import ai.chatflow.platform.db.Db;
import ai.chatflow.testing.ManualClock;
import ai.chatflow.testing.TestDatabase;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

class HousekeepingTest {
  @AutoClose private static final TestDatabase DATABASE = TestDatabase.create();

  private final Db db = DATABASE.db();
  private final ManualClock clock = ManualClock.atNow();
  private final AtomicInteger runs = new AtomicInteger();

  @Test
  void aJobRunsAtOnceAndThenOncePerPeriodOnOneNodeOnly() {
    var job = new HousekeepingJob("count", Duration.ofMinutes(10), _ -> runs.incrementAndGet());
    var one = node(List.of(job));
    var two = node(List.of(job));

    one.runDue();
    two.runDue();
    assertThat(runs).hasValue(1);

    clock.advance(Duration.ofMinutes(10));
    one.runDue();
    two.runDue();
    assertThat(runs).hasValue(2);
  }

  @Test
  void aJobThatFailsIsTriedAgainAndItsDateDoesNotMove() {
    var failing =
        new HousekeepingJob(
            "fail",
            Duration.ofHours(1),
            _ -> {
              if (runs.incrementAndGet() == 1) {
                throw new IllegalStateException("first time");
              }
            });
    var node = node(List.of(failing));

    node.runDue();
    clock.advance(Duration.ofSeconds(1));
    node.runDue();

    assertThat(runs).hasValue(2);
  }

  @Test
  void theKernelsOwnJobsRunAsTheWorkerRole() throws Exception {
    try (var connection = DATABASE.admin().getConnection();
        var statement = connection.createStatement()) {
      statement.execute(
          """
          insert into idempotency (workspace_id, operation, key, fingerprint, created_at)
          values ('%1$s', 'o', 'old', '', now() - interval '25 hours'),
            ('%1$s', 'o', 'new', '', now() - interval '23 hours')
          """
              .formatted(UUID.randomUUID()));
      var node = node(KernelJobs.all());

      assertThat(node.runDue()).isGreaterThanOrEqualTo(KernelJobs.all().size());

      try (var rows = statement.executeQuery("select string_agg(key, ',') from idempotency")) {
        rows.next();
        assertThat(rows.getString(1)).isEqualTo("new");
      }
    }
  }

  private ManualLanes node(List<HousekeepingJob> jobs) {
    var lanes = new ManualLanes(db, clock);
    var housekeeping = new Housekeeping(db, clock, jobs);
    lanes.lanes().register(housekeeping);
    housekeeping.schedule(lanes.lanes());
    return lanes;
  }
}
