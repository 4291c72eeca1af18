package ai.chatflow.platform.lanes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.chatflow.platform.db.Db;
import ai.chatflow.platform.ids.WorkspaceId;
import ai.chatflow.testing.ManualClock;
import ai.chatflow.testing.TestDatabase;
import java.time.Duration;
import java.util.Objects;
import java.util.UUID;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class LanesTest {
  @AutoClose private static final TestDatabase DATABASE = TestDatabase.create();
  private static final Duration TAKE_OVER = LanesSettings.DEFAULT.takeOver();

  private final Db db = DATABASE.db();
  private final ManualClock clock = ManualClock.atNow();
  private final WorkspaceId workspace = new WorkspaceId(UUID.randomUUID());
  private final LaneKey lane = FakeQueue.lane(workspace, "a");
  private final FakeQueue queue = new FakeQueue(db, clock, 10);
  private final ManualLanes node = node(queue, LanePauses.NONE, clock);

  @BeforeAll
  static void createQueue() throws Exception {
    FakeQueue.create(DATABASE.admin());
  }

  @Test
  void aQueuedItemIsWorkedAfterItsCommit() {
    enqueue();

    node.runDue();

    assertThat(FakeQueue.done(db, lane)).hasSize(1);
  }

  @Test
  void aRolledBackItemWakesNobody() {
    assertThatThrownBy(
            () ->
                db.useTransaction(
                    workspace,
                    tx -> {
                      node.lanes().wake(tx, lane, clock.instant());
                      throw new IllegalArgumentException("roll back");
                    }))
        .isInstanceOf(IllegalArgumentException.class);

    assertThat(node.runDue()).isZero();
  }

  @Test
  void anItemForLaterIsWorkedWhenItIsDue() {
    FakeQueue.enqueue(db, node.lanes(), lane, clock.instant().plusSeconds(60));

    clock.advance(Duration.ofSeconds(59));
    node.runDue();
    assertThat(FakeQueue.done(db, lane)).isEmpty();

    clock.advance(Duration.ofSeconds(1));
    node.runDue();
    assertThat(FakeQueue.done(db, lane)).hasSize(1);
  }

  @Test
  void anItemCommittedBetweenIdleAndTheSecondLookIsFound() {
    var racer =
        new LanePauses() {
          private boolean raced;

          @Override
          public void betweenIdleAndReread(LaneKey idle) {
            if (!raced) {
              raced = true;
              db.useTransaction(workspace, tx -> FakeQueue.insert(tx, lane, clock.instant(), 1));
            }
          }
        };
    var racing = node(new FakeQueue(db, clock, 10), racer, clock);
    FakeQueue.enqueue(db, racing.lanes(), lane, clock.instant());

    racing.runDue();

    assertThat(FakeQueue.done(db, lane)).hasSize(2);
  }

  @Test
  void anItemWhoseWakeFindsTheLaneStillDueIsSeenByTheSecondLook() {
    enqueue();
    queue.afterLook = this::enqueue;

    node.runDue();

    assertThat(FakeQueue.done(db, lane)).hasSize(2);
  }

  @Test
  void anItemCommittedAfterTheLastLookOfAStepThatStillRunsIsWorked() {
    enqueue();
    queue.afterLook = () -> queue.afterLook = this::enqueue;

    node.runDue();

    assertThat(FakeQueue.done(db, lane)).hasSize(2);
  }

  @Test
  void whatGathersDuringARestIsWorkedByOneStepAfterIt() {
    var gathering = new ManualLanes(db, clock, LanesSettings.DEFAULT, LanePauses.NONE);
    gathering.lanes().register(queue);
    FakeQueue.enqueue(db, gathering.lanes(), lane, clock.instant());
    assertThat(gathering.runDue()).isOne();

    FakeQueue.enqueue(db, gathering.lanes(), lane, clock.instant());
    FakeQueue.enqueue(db, gathering.lanes(), lane, clock.instant());
    assertThat(gathering.runDue()).isZero();
    clock.advance(LanesSettings.DEFAULT.gather());

    assertThat(gathering.runOne()).isTrue();
    assertThat(FakeQueue.done(db, lane)).hasSize(3);
  }

  @Test
  void aWorkerThatGoesIdleBetweenCommitAndWakeIsWokenAgain() {
    enqueue();
    node.runDue();
    var late =
        new LanePauses() {
          @Override
          public void betweenCommitAndWake(LaneKey woken) {
            node.runDue();
          }
        };
    var enqueuer = node(new FakeQueue(db, clock, 10), late, clock);

    FakeQueue.enqueue(db, enqueuer.lanes(), lane, clock.instant());
    node.runDue();

    assertThat(FakeQueue.done(db, lane)).hasSize(2);
  }

  @Test
  void theSweepFindsWhatACrashBetweenCommitAndWakeLeftBehind() {
    enqueue();
    node.runDue();
    db.useTransaction(workspace, tx -> FakeQueue.insert(tx, lane, clock.instant(), 1));
    node.runDue();
    assertThat(FakeQueue.done(db, lane)).hasSize(1);

    node.sweep();
    node.runDue();

    assertThat(FakeQueue.done(db, lane)).hasSize(2);
  }

  @Test
  void theSweepMakesALaneThatNobodyKnows() {
    db.useTransaction(workspace, tx -> FakeQueue.insert(tx, lane, clock.instant(), 1));

    node.sweep();
    node.runDue();

    assertThat(FakeQueue.done(db, lane)).hasSize(1);
  }

  @Test
  void aLaneIsTakenOverWhenItsOwnersBeatStandsStill() {
    var otherClock = ManualClock.atNow();
    var other = node(new FakeQueue(db, otherClock, 10), LanePauses.NONE, otherClock);
    own(node);
    other.beat();
    enqueue();

    otherClock.advance(TAKE_OVER.minusMillis(1));
    other.runDue();
    assertThat(FakeQueue.done(db, lane)).hasSize(1);

    otherClock.advance(Duration.ofMillis(1));
    other.runDue();
    assertThat(FakeQueue.done(db, lane)).hasSize(2);
  }

  @Test
  void aLaneOfAnOwnerThatBeatsIsNotTaken() {
    var otherClock = ManualClock.atNow();
    var other = node(new FakeQueue(db, otherClock, 10), LanePauses.NONE, otherClock);
    own(node);
    other.beat();
    enqueue();

    for (int i = 0; i < 30; i++) {
      otherClock.advance(Duration.ofSeconds(1));
      node.beat();
      other.runDue();
    }

    assertThat(FakeQueue.done(db, lane)).hasSize(1);
  }

  @Test
  void aJumpOfTheWallClockTakesNothingOver() {
    var otherClock = ManualClock.atNow();
    var other = node(new FakeQueue(db, otherClock, 10), LanePauses.NONE, otherClock);
    own(node);
    other.beat();
    enqueue();

    otherClock.jump(Duration.ofHours(1));
    other.runDue();
    otherClock.jump(Duration.ofHours(-2));
    other.runDue();

    assertThat(FakeQueue.done(db, lane)).hasSize(1);
  }

  @Test
  void aStoppedOwnersLateEffectIsFencedAndItsCallMayNotStart() {
    var otherClock = ManualClock.atNow();
    var other = node(new FakeQueue(db, otherClock, 10), LanePauses.NONE, otherClock);
    own(node);
    enqueue();
    queue.beforeEffect =
        () -> {
          queue.beforeEffect = null;
          otherClock.advance(TAKE_OVER);
          other.runDue();
          clock.advance(TAKE_OVER);
          node.beat();
        };

    node.beat();
    other.beat();
    node.poll();
    node.runOne();

    assertThat(FakeQueue.done(db, lane)).hasSize(2);
    assertThat(epochOfLastEffect()).isEqualTo(2);
    assertThat(lastRun().epoch()).isEqualTo(1);
    assertThat(lastRun().mayStart(Duration.ofMillis(1))).isFalse();
    assertThat(node.runOne()).isFalse();
  }

  @Test
  void aNodeThatComesBackBeforeTheTakeOverKeepsItsLanes() {
    var otherClock = ManualClock.atNow();
    var other = node(new FakeQueue(db, otherClock, 10), LanePauses.NONE, otherClock);
    own(node);
    other.beat();
    otherClock.advance(TAKE_OVER);
    enqueue();

    clock.advance(TAKE_OVER);
    node.beat();
    other.poll();

    assertThat(other.runOne()).isFalse();
    node.runDue();
    assertThat(FakeQueue.done(db, lane)).hasSize(2);
    assertThat(lastRun().epoch()).isEqualTo(1);
  }

  @Test
  void anIdleLaneIsGivenUpAndAnyNodeMayTakeItNext() {
    own(node);
    clock.advance(LanesSettings.DEFAULT.idleRelease());
    node.releaseIdle();
    var other = node(new FakeQueue(db, clock, 10), LanePauses.NONE, clock);

    enqueue();
    other.runDue();

    assertThat(FakeQueue.done(db, lane)).hasSize(2);
  }

  @Test
  void aCallMayStartOnlyIfItIsOverBeforeAnyoneCouldTakeTheLane() {
    own(node);
    var call = Duration.ofSeconds(5);

    assertThat(lastRun().mayStart(call)).isTrue();
    clock.advance(Duration.ofSeconds(4));
    assertThat(lastRun().mayStart(call)).isTrue();
    clock.advance(Duration.ofSeconds(1));
    assertThat(lastRun().mayStart(call)).isFalse();
    assertThatThrownBy(() -> lastRun().mayStart(TAKE_OVER))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void theDeadlineIsCheckedAfterThePauseBeforeTheCall() {
    var stopsBeforeSending =
        new LanePauses() {
          @Override
          public void beforeSend(LaneKey sending) {
            clock.advance(TAKE_OVER);
          }
        };
    var slow = new FakeQueue(db, clock, 10);
    own(node(slow, stopsBeforeSending, clock));

    assertThat(Objects.requireNonNull(slow.lastRun).mayStart(Duration.ofSeconds(1))).isFalse();
  }

  @Test
  void aNodeThatStopsHandsItsLanesBackAtOnce() {
    own(node);
    enqueue();
    node.stop();
    var other = node(new FakeQueue(db, clock, 10), LanePauses.NONE, clock);

    other.runDue();

    assertThat(FakeQueue.done(db, lane)).hasSize(2);
    assertThat(lastRun().stopping()).isTrue();
    assertThat(lastRun().mayStart(Duration.ofMillis(1))).isFalse();
  }

  @Test
  void aLaneThatFailsRestsAndGoesOn() {
    enqueue();
    queue.poisoned = true;
    assertThat(node.runDue()).isOne();
    assertThat(node.runDue()).isZero();

    queue.poisoned = false;
    clock.advance(Duration.ofMillis(100));
    node.runDue();

    assertThat(FakeQueue.done(db, lane)).hasSize(1);
  }

  @Test
  void aFloodOfOneWorkspaceDoesNotDelayASingleItemOfAnother() {
    var flood = FakeQueue.lane(new WorkspaceId(UUID.randomUUID()), "flood");
    db.useTransaction(
        flood.workspace(),
        tx -> {
          FakeQueue.insert(tx, flood, clock.instant(), 10_000);
          node.lanes().wake(tx, flood, clock.instant());
        });
    node.beat();
    node.poll();
    node.runOne();

    enqueue();
    node.poll();
    int steps = 0;
    while (FakeQueue.done(db, lane).isEmpty()) {
      node.runOne();
      steps++;
    }

    assertThat(steps).isLessThanOrEqualTo(3);
  }

  private LaneRun lastRun() {
    return Objects.requireNonNull(queue.lastRun);
  }

  private ManualLanes node(FakeQueue kind, LanePauses pauses, ManualClock itsClock) {
    var lanes = new ManualLanes(db, itsClock, ManualLanes.SETTINGS, pauses);
    lanes.lanes().register(kind);
    return lanes;
  }

  private void own(ManualLanes owner) {
    FakeQueue.enqueue(db, owner.lanes(), lane, clock.instant());
    owner.runDue();
    assertThat(FakeQueue.done(db, lane)).hasSize(1);
  }

  private void enqueue() {
    FakeQueue.enqueue(db, node.lanes(), lane, clock.instant());
  }

  private long epochOfLastEffect() {
    return db.inTransaction(
        workspace,
        tx ->
            tx.handle()
                .createQuery("select max(worker::bigint) from fake_done where workspace_id = :w")
                .bind("w", workspace)
                .mapTo(Long.class)
                .one());
  }
}
