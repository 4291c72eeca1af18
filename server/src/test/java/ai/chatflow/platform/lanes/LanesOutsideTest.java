package ai.chatflow.platform.lanes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ai.chatflow.platform.db.Db;
import ai.chatflow.platform.db.SystemTx;
import ai.chatflow.platform.ids.WorkspaceId;
import ai.chatflow.platform.time.Monotonic;
import ai.chatflow.testing.TestDatabase;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/// Steps that wait for somebody else, on a node with two places of which a workspace may have one.
class LanesOutsideTest {
  private static final LanesSettings TWO_PLACES =
      new LanesSettings(
          Duration.ofSeconds(1),
          Duration.ofSeconds(10),
          Duration.ofMillis(50),
          Duration.ofHours(1),
          Duration.ofSeconds(30),
          Duration.ofMillis(1),
          2,
          1,
          4);

  @AutoClose private static final TestDatabase DATABASE = TestDatabase.create();

  private final Db db = DATABASE.db();
  private final Kind kind = new Kind();
  private final Lanes lanes =
      new Lanes(
          db,
          InstantSource.system(),
          Monotonic.system(),
          TWO_PLACES,
          WakeSignals.NONE,
          LanePauses.NONE);
  private final WorkspaceId busy = new WorkspaceId(UUID.randomUUID());
  private final WorkspaceId other = new WorkspaceId(UUID.randomUUID());

  LanesOutsideTest() {
    lanes.register(kind);
    lanes.start();
  }

  @AfterEach
  void stop() {
    kind.answer.countDown();
    lanes.stop();
  }

  @Test
  void moreOfThemThanPlacesHoldNobodyUp() throws Exception {
    wake(busy, "slow 1", "slow 2", "slow 3");
    kind.waiting.acquire(3);

    wake(busy, "quick");
    wake(other, "quick");

    await().until(() -> kind.done.size() == 2);
    kind.answer.countDown();
    await().until(() -> kind.done.size() == 5);
  }

  @Test
  void moreThanMayBeOutsideKeepTheirPlaces() throws Exception {
    wake(busy, "slow 1", "slow 2", "slow 3", "slow 4", "slow 5");
    kind.waiting.acquire(5);

    wake(busy, "quick");
    wake(other, "quick");
    await().until(() -> kind.done.size() == 1);

    assertThat(kind.done)
        .as("the fifth keeps the place of its workspace")
        .containsOnly(lane(other, "quick"));
    kind.answer.countDown();
    await().until(() -> kind.done.size() == 7);
  }

  @Test
  void theEndOfANodeWaitsForThem() throws Exception {
    wake(busy, "slow 1");
    kind.waiting.acquire();
    var stopped = Thread.ofVirtual().start(lanes::stop);

    await().until(() -> !lanes.working());
    assertThat(stopped.isAlive()).isTrue();
    kind.answer.countDown();
    stopped.join();

    assertThat(kind.done).hasSize(1);
  }

  private void wake(WorkspaceId workspace, String... keys) {
    db.useTransaction(
        workspace,
        tx -> List.of(keys).forEach(key -> lanes.wake(tx, lane(workspace, key), Instant.now())));
  }

  private static LaneKey lane(WorkspaceId workspace, String key) {
    return new LaneKey("outside", workspace, key);
  }

  /// Lanes called slow wait for `answer`.
  private static final class Kind implements LaneKind {
    final Semaphore waiting = new Semaphore(0);
    final CountDownLatch answer = new CountDownLatch(1);
    final Set<LaneKey> done = ConcurrentHashMap.newKeySet();

    @Override
    public String name() {
      return "outside";
    }

    @Override
    public LaneStep work(LaneRun run) {
      if (run.lane().key().startsWith("slow")) {
        run.outside(this::answered);
      }
      done.add(run.lane());
      return LaneStep.IDLE;
    }

    private boolean answered() {
      waiting.release();
      try {
        answer.await();
        return true;
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException(e);
      }
    }

    @Override
    public Optional<Instant> earliestDue(LaneKey lane) {
      return Optional.empty();
    }

    @Override
    public List<LaneKey> overdue(SystemTx tx, Instant now, int limit) {
      return List.of();
    }
  }
}
