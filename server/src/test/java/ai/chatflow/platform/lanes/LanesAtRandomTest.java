package ai.chatflow.platform.lanes;

import static org.assertj.core.api.Assertions.assertThat;

import ai.chatflow.platform.db.Db;
import ai.chatflow.platform.ids.WorkspaceId;
import ai.chatflow.platform.time.DatabaseClock;
import ai.chatflow.platform.time.Monotonic;
import ai.chatflow.testing.Seeds;
import ai.chatflow.testing.TestDatabase;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.locks.LockSupport;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

class LanesAtRandomTest {
  private static final int ENQUEUERS = 6;
  private static final int ITEMS = 3_000;
  private static final LanesSettings NO_SAFETY_NET =
      new LanesSettings(
          Duration.ofSeconds(1),
          Duration.ofSeconds(10),
          Duration.ofMillis(500),
          Duration.ofHours(1),
          Duration.ofSeconds(30),
          Duration.ofMillis(1),
          4,
          4,
          3);

  @AutoClose private static final TestDatabase DATABASE = TestDatabase.create();

  private final long seed = Seeds.next("LanesAtRandomTest");
  private final List<LaneKey> lanes = new ArrayList<>();

  @Test
  void thousandsOfItemsOverTwoNodesAreEachDoneOnceAndInOrderWithoutASweep() throws Exception {
    FakeQueue.create(DATABASE.admin());
    Db db = DATABASE.db();
    InstantSource clock = new DatabaseClock(() -> now(db), Monotonic.system());
    for (int i = 0; i < 12; i++) {
      lanes.add(FakeQueue.lane(new WorkspaceId(new UUID(7, i % 5)), "bucket " + i));
    }
    Lanes first = node(DATABASE.openDb(), clock);
    Lanes second = node(DATABASE.openDb(), clock);
    first.start();
    second.start();

    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var running = new ArrayList<Future<?>>();
      for (int i = 0; i < ENQUEUERS; i++) {
        var random = new SplittableRandom(seed + i);
        Lanes entrance = i % 2 == 0 ? first : second;
        running.add(threads.submit(() -> enqueue(db, entrance, clock, random)));
      }
      for (Future<?> enqueuer : running) {
        enqueuer.get();
      }
    }

    Awaitility.await()
        .atMost(Duration.ofSeconds(20))
        .until(() -> count("select count(*) from fake_queue") == 0);
    first.stop();
    second.stop();
    assertThat(count("select count(*) from fake_done")).isEqualTo(ITEMS);
    for (LaneKey lane : lanes) {
      assertThat(FakeQueue.done(db, lane)).isSorted();
    }
    assertThat(count("select count(*) from lane where owner is not null")).isZero();
  }

  private void enqueue(Db db, Lanes entrance, InstantSource clock, SplittableRandom random) {
    for (int i = 0; i < ITEMS / ENQUEUERS; i++) {
      LaneKey lane = lanes.get(random.nextInt(lanes.size()));
      db.useTransaction(
          lane.workspace(),
          tx -> {
            tx.handle()
                .createQuery("select pg_advisory_xact_lock(hashtext(:key))::text")
                .bind("key", lane.key())
                .mapTo(String.class)
                .one();
            FakeQueue.insert(tx, lane, clock.instant(), 1);
            entrance.wake(tx, lane, clock.instant());
          });
      if (random.nextInt(4) == 0) {
        LockSupport.parkNanos(random.nextLong(20_000_000));
      }
    }
  }

  private Lanes node(Db itsDb, InstantSource clock) {
    var node =
        new Lanes(
            itsDb, clock, Monotonic.system(), NO_SAFETY_NET, WakeSignals.NONE, LanePauses.NONE);
    node.register(new FakeQueue(itsDb, clock, 3));
    return node;
  }

  private static Instant now(Db db) {
    return db.inSystemTransaction(
        tx -> tx.handle().createQuery("select clock_timestamp()").mapTo(Instant.class).one());
  }

  private static long count(String sql) throws Exception {
    try (var connection = DATABASE.admin().getConnection();
        var rows = connection.createStatement().executeQuery(sql)) {
      rows.next();
      return rows.getLong(1);
    }
  }
}
