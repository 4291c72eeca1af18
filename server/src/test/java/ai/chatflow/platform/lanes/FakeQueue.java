package ai.chatflow.platform.lanes;

import ai.chatflow.platform.db.Db;
import ai.chatflow.platform.db.SystemTx;
import ai.chatflow.platform.db.WorkspaceTx;
import ai.chatflow.platform.ids.WorkspaceId;
import java.sql.SQLException;
import java.time.Instant;
import java.time.InstantSource;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/// A queue of numbered items and a table of what was done with them, as a feature would have them.
final class FakeQueue implements LaneKind {
  static final String KIND = "fake";

  private final Db db;
  private final InstantSource clock;
  private final int claim;
  @Nullable Runnable beforeEffect;
  @Nullable Runnable afterLook;
  boolean poisoned;
  @Nullable LaneRun lastRun;

  FakeQueue(Db db, InstantSource clock, int claim) {
    this.db = db;
    this.clock = clock;
    this.claim = claim;
  }

  static void create(DataSource admin) throws SQLException {
    try (var connection = admin.getConnection();
        var statement = connection.createStatement()) {
      statement.execute(
          """
          create table fake_queue (
            workspace_id uuid, key text, seq bigint generated always as identity,
            due_at timestamptz not null, primary key (workspace_id, key, seq));
          create table fake_done (
            workspace_id uuid, key text, seq bigint, worker text,
            at bigint generated always as identity,
            primary key (workspace_id, key, seq));
          select chatflow_tenant_table('fake_queue');
          select chatflow_tenant_table('fake_done');
          """);
    }
  }

  static LaneKey lane(WorkspaceId workspace, String key) {
    return new LaneKey(KIND, workspace, key);
  }

  static void enqueue(Db db, Lanes lanes, LaneKey lane, Instant due) {
    db.useTransaction(
        lane.workspace(),
        tx -> {
          insert(tx, lane, due, 1);
          lanes.wake(tx, lane, due);
        });
  }

  static void insert(WorkspaceTx tx, LaneKey lane, Instant due, int count) {
    tx.handle()
        .createUpdate(
            """
            insert into fake_queue (workspace_id, key, due_at)
            select :workspace, :key, :due from generate_series(1, :count)
            """)
        .bind("workspace", lane.workspace())
        .bind("key", lane.key())
        .bind("due", due)
        .bind("count", count)
        .execute();
  }

  static List<Long> done(Db db, LaneKey lane) {
    return db.inTransaction(
        lane.workspace(),
        tx ->
            tx.handle()
                .createQuery(
                    """
                    select seq from fake_done where workspace_id = :workspace and key = :key
                    order by at
                    """)
                .bind("workspace", lane.workspace())
                .bind("key", lane.key())
                .mapTo(Long.class)
                .list());
  }

  @Override
  public String name() {
    return KIND;
  }

  @Override
  public LaneStep work(LaneRun run) {
    lastRun = run;
    if (poisoned) {
      throw new IllegalStateException("poisoned");
    }
    List<Long> claimed = db.inTransaction(run.lane().workspace(), tx -> claimed(tx, run.lane()));
    if (beforeEffect != null) {
      beforeEffect.run();
    }
    boolean elsewhere = claimed.size() % 2 == 1;
    for (long seq : claimed) {
      if (elsewhere) {
        run.outside(() -> applied(run, seq));
      } else {
        applied(run, seq);
      }
    }
    if (claimed.isEmpty()) {
      return LaneStep.IDLE;
    }
    return claimed.size() < claim ? LaneStep.SOON : LaneStep.MORE;
  }

  private boolean applied(LaneRun run, long seq) {
    db.useTransaction(run.lane().workspace(), tx -> apply(tx, run, seq));
    return true;
  }

  private List<Long> claimed(WorkspaceTx tx, LaneKey lane) {
    return tx.handle()
        .createQuery(
            """
            select seq from fake_queue
            where workspace_id = :workspace and key = :key and due_at <= :now
            order by seq limit :claim
            """)
        .bind("workspace", lane.workspace())
        .bind("key", lane.key())
        .bind("now", clock.instant())
        .bind("claim", claim)
        .mapTo(Long.class)
        .list();
  }

  private static void apply(WorkspaceTx tx, LaneRun run, long seq) {
    boolean ours =
        tx.handle()
            .createQuery(
                """
                delete from fake_queue
                where workspace_id = :workspace and key = :key and seq = :seq returning seq
                """)
            .bind("workspace", run.lane().workspace())
            .bind("key", run.lane().key())
            .bind("seq", seq)
            .mapTo(Long.class)
            .findOne()
            .isPresent();
    if (ours) {
      tx.handle()
          .createUpdate(
              """
              insert into fake_done (workspace_id, key, seq, worker)
              values (:workspace, :key, :seq, :epoch)
              """)
          .bind("workspace", run.lane().workspace())
          .bind("key", run.lane().key())
          .bind("seq", seq)
          .bind("epoch", Long.toString(run.epoch()))
          .execute();
    }
  }

  @Override
  public Optional<Instant> earliestDue(LaneKey lane) {
    Optional<Instant> due = look(lane);
    Runnable meanwhile = afterLook;
    afterLook = null;
    if (meanwhile != null) {
      meanwhile.run();
    }
    return due;
  }

  private Optional<Instant> look(LaneKey lane) {
    return db.inTransaction(
        lane.workspace(),
        tx ->
            tx.handle()
                .createQuery(
                    """
                    select min(due_at) as due from fake_queue
                    where workspace_id = :workspace and key = :key
                    """)
                .bind("workspace", lane.workspace())
                .bind("key", lane.key())
                .map((row, _) -> Optional.ofNullable(row.getObject("due", OffsetDateTime.class)))
                .one()
                .map(OffsetDateTime::toInstant));
  }

  @Override
  public List<LaneKey> overdue(SystemTx tx, Instant now, int limit) {
    return tx.handle()
        .createQuery(
            """
            select distinct workspace_id, key from fake_queue where due_at <= :now limit :limit
            """)
        .bind("now", now)
        .bind("limit", limit)
        .map(
            (row, _) ->
                lane(
                    new WorkspaceId(row.getObject("workspace_id", UUID.class)),
                    row.getString("key")))
        .list();
  }
}
