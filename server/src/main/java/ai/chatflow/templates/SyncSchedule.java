package ai.chatflow.templates;

import ai.chatflow.platform.db.WorkspaceTx;
import ai.chatflow.platform.ids.WorkspaceId;
import ai.chatflow.platform.lanes.LaneKey;
import ai.chatflow.platform.lanes.Lanes;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.random.RandomGenerator;

/// When accounts are read: after they were connected, soon after something was heard that does not
/// fit, and once a day.
final class SyncSchedule {
  static final String LANE = "template-sync";

  private static final Duration DAY = Duration.ofHours(24);

  /// So that not all accounts of the installation come at the same hour for ever.
  private static final Duration JITTER = Duration.ofHours(2);

  /// A flood of webhooks about templates that are not here is one reading.
  private static final Duration GATHER = Duration.ofSeconds(5);

  private final Lanes lanes;
  private final RandomGenerator random;
  private final InstantSource clock;
  private final AccountStore accounts = new AccountStore();

  SyncSchedule(Lanes lanes, RandomGenerator random, InstantSource clock) {
    this.lanes = lanes;
    this.random = random;
    this.clock = clock;
  }

  static LaneKey lane(WorkspaceId workspace) {
    return new LaneKey(LANE, workspace, "");
  }

  void now(WorkspaceTx tx, Account account) {
    due(tx, account, clock.instant());
  }

  /// What is known of the account is not all.
  void stale(WorkspaceTx tx, Account account) {
    var now = clock.instant();
    accounts.stale(tx, account, now);
    due(tx, account, now.plus(GATHER));
  }

  void synced(WorkspaceTx tx, Account account, Instant since) {
    accounts.synced(tx, account, since, tomorrow());
    lanes.wake(tx, lane(tx.workspace()), tomorrow());
  }

  Instant tomorrow() {
    return clock.instant().plus(DAY).plusMillis(random.nextLong(JITTER.toMillis()));
  }

  private void due(WorkspaceTx tx, Account account, Instant due) {
    accounts.due(tx, account, due);
    lanes.wake(tx, lane(tx.workspace()), due);
  }
}
