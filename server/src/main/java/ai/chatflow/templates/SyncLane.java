package ai.chatflow.templates;

import ai.chatflow.operations.OperationService;
import ai.chatflow.platform.db.Db;
import ai.chatflow.platform.db.SystemTx;
import ai.chatflow.platform.db.WorkspaceTx;
import ai.chatflow.platform.ids.IdGenerator;
import ai.chatflow.platform.lanes.LaneKey;
import ai.chatflow.platform.lanes.LaneKind;
import ai.chatflow.platform.lanes.LaneRun;
import ai.chatflow.platform.lanes.LaneStep;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/// Begins to read the accounts of a workspace that are due. The reading is an operation like one
/// that somebody asked for.
final class SyncLane implements LaneKind {
  private final Db db;
  private final OperationService operations;
  private final SyncWork work;
  private final SyncSchedule schedule;
  private final Accounts accounts;
  private final IdGenerator ids;
  private final InstantSource clock;
  private final AccountStore store = new AccountStore();

  SyncLane(
      Db db,
      OperationService operations,
      SyncWork work,
      SyncSchedule schedule,
      Accounts accounts,
      IdGenerator ids,
      InstantSource clock) {
    this.db = db;
    this.operations = operations;
    this.work = work;
    this.schedule = schedule;
    this.accounts = accounts;
    this.ids = ids;
    this.clock = clock;
  }

  @Override
  public String name() {
    return SyncSchedule.LANE;
  }

  @Override
  public LaneStep work(LaneRun run) {
    return db.inTransaction(run.lane().workspace(), this::step);
  }

  private LaneStep step(WorkspaceTx tx) {
    var due = store.claim(tx, clock.instant());
    if (due.isEmpty()) {
      return LaneStep.IDLE;
    }
    var account = due.get();
    var channel = accounts.connected(tx, account);
    store.postpone(tx, account, schedule.tomorrow());
    // without a channel nobody can be asked
    channel.ifPresent(
        by ->
            operations.begin(
                tx, work, SyncWork.begin(account), by.id().toString(), ids.next().toString()));
    return LaneStep.MORE;
  }

  @Override
  public Optional<Instant> earliestDue(LaneKey lane) {
    return db.inTransaction(lane.workspace(), store::earliestDue);
  }

  @Override
  public List<LaneKey> overdue(SystemTx tx, Instant now, int limit) {
    return store.overdue(tx, now, limit).stream().map(SyncSchedule::lane).toList();
  }
}
