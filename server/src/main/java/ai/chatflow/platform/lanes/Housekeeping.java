package ai.chatflow.platform.lanes;

import ai.chatflow.platform.db.Db;
import ai.chatflow.platform.db.SystemTx;
import ai.chatflow.platform.ids.WorkspaceId;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/// Recurring jobs as a kind of lane, one lane per job: the house has one scheduler. A job and its
/// next date commit together. Its lanes belong to the installation, not to a tenant.
public final class Housekeeping implements LaneKind {
  public static final String KIND = "housekeeping";

  private static final WorkspaceId INSTALLATION = new WorkspaceId(new UUID(0, 0));

  private final Db db;
  private final InstantSource clock;
  private final Map<String, HousekeepingJob> jobs = new LinkedHashMap<>();

  public Housekeeping(Db db, InstantSource clock, List<HousekeepingJob> jobs) {
    this.db = db;
    this.clock = clock;
    for (HousekeepingJob job : jobs) {
      if (this.jobs.putIfAbsent(job.name(), job) != null) {
        throw new IllegalArgumentException("two jobs are called " + job.name());
      }
    }
  }

  /// Makes new jobs due at once. Call it at each start, after the migrations.
  public void schedule(Lanes lanes) {
    Instant now = clock.instant();
    db.useSystemTransaction(
        tx -> {
          tx.handle()
              .createUpdate(
                  """
                  insert into housekeeping (job, due_at) select job, :now from unnest(:jobs) as job
                  on conflict do nothing
                  """)
              .bind("now", now)
              .bindArray("jobs", String.class, jobs.keySet())
              .execute();
          overdue(tx, now, jobs.size()).forEach(lane -> lanes.wake(tx, lane, now));
        });
  }

  @Override
  public String name() {
    return KIND;
  }

  @Override
  public LaneStep work(LaneRun run) {
    HousekeepingJob job = jobs.get(run.lane().key());
    if (job != null) {
      db.useSystemTransaction(tx -> workIfDue(tx, job));
    }
    return LaneStep.IDLE;
  }

  private void workIfDue(SystemTx tx, HousekeepingJob job) {
    Instant now = clock.instant();
    int due =
        tx.handle()
            .createUpdate(
                "update housekeeping set due_at = :next where job = :job and due_at <= :now")
            .bind("next", now.plus(job.period()))
            .bind("job", job.name())
            .bind("now", now)
            .execute();
    if (due == 1) {
      tx.handle().execute("set local statement_timeout = '60s'");
      job.work().accept(tx);
    }
  }

  /// A job that this version of the server no longer has is never due.
  @Override
  public Optional<Instant> earliestDue(LaneKey lane) {
    if (!jobs.containsKey(lane.key())) {
      return Optional.empty();
    }
    return db.inSystemTransaction(
        tx ->
            tx.handle()
                .createQuery("select due_at from housekeeping where job = :job")
                .bind("job", lane.key())
                .mapTo(Instant.class)
                .findOne());
  }

  @Override
  public List<LaneKey> overdue(SystemTx tx, Instant now, int limit) {
    return tx
        .handle()
        .createQuery(
            """
            select job from housekeeping where due_at <= :now and job = any(:jobs)
            order by job limit :limit
            """)
        .bind("now", now)
        .bindArray("jobs", String.class, jobs.keySet())
        .bind("limit", limit)
        .mapTo(String.class)
        .list()
        .stream()
        .map(job -> new LaneKey(KIND, INSTALLATION, job))
        .toList();
  }
}
