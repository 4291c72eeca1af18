package ai.chatflow.platform.db;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.chatflow.platform.errors.Unavailable;
import ai.chatflow.platform.ids.WorkspaceId;
import ai.chatflow.testing.TestDatabase;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

class DbTest {
  @AutoClose private static final TestDatabase DATABASE = TestDatabase.create();

  private final Db db = DATABASE.db();
  private final WorkspaceId one = new WorkspaceId(UUID.randomUUID());
  private final WorkspaceId two = new WorkspaceId(UUID.randomUUID());

  @Test
  void aWorkspaceSeesItsOwnRowsEvenWhereAStatementForgetsTheTenant() {
    insert(one, "a");
    insert(two, "b");

    var seen = db.inTransaction(one, tx -> keys(tx));

    assertThat(seen).containsExactly("a");
  }

  @Test
  void aWorkspaceCannotWriteARowOfAnother() {
    assertThatThrownBy(() -> db.useTransaction(one, tx -> insert(tx, two, "stolen")))
        .hasMessageContaining("row-level security");
  }

  @Test
  void anUnsetTenantSeesNothing() throws Exception {
    insert(one, "a");

    try (var connection = db.requestDataSource().getConnection();
        var rows = connection.createStatement().executeQuery("select count(*) from idempotency")) {
      rows.next();
      assertThat(rows.getInt(1)).isZero();
    }
  }

  @Test
  void theTenantDoesNotLeakThroughThePool() throws Exception {
    for (int i = 0; i < 20; i++) {
      insert(one, "leak" + i);
    }

    for (int i = 0; i < 20; i++) {
      try (var connection = db.requestDataSource().getConnection();
          var rows =
              connection.createStatement().executeQuery("select count(*) from idempotency")) {
        rows.next();
        assertThat(rows.getInt(1)).isZero();
      }
    }
  }

  @Test
  void aSystemTransactionSeesEveryTenant() {
    insert(one, "a");
    insert(two, "b");

    var seen =
        db.inSystemTransaction(
            tx ->
                tx.handle()
                    .createQuery(
                        "select key from idempotency where workspace_id = any(:ids) order by key")
                    .bindArray("ids", WorkspaceId.class, List.of(one, two))
                    .mapTo(String.class)
                    .list());

    assertThat(seen).containsExactly("a", "b");
  }

  @Test
  void aTransactionOfTheSameWorkspaceJoinsTheOpenOne() {
    assertThatThrownBy(
            () ->
                db.useTransaction(
                    one,
                    outer -> {
                      db.useTransaction(one, inner -> assertThat(inner).isSameAs(outer));
                      insert(one, "joined");
                      throw new IllegalArgumentException("roll back");
                    }))
        .isInstanceOf(IllegalArgumentException.class);

    assertThat(db.inTransaction(one, DbTest::keys)).isEmpty();
  }

  @Test
  void aTransactionOfAnotherWorkspaceDoesNotJoin() {
    assertThatThrownBy(() -> db.useTransaction(one, _ -> db.useTransaction(two, _ -> {})))
        .isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> db.useTransaction(one, _ -> db.useSystemTransaction(_ -> {})))
        .isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> db.useSystemTransaction(_ -> db.useTransaction(one, _ -> {})))
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  void halfOfAFailedJoinedUnitIsNeverCommitted() {
    assertThatThrownBy(
            () ->
                db.useTransaction(
                    one,
                    _ -> {
                      try {
                        db.useTransaction(
                            one,
                            tx -> {
                              insert(tx, one, "half");
                              throw new IllegalArgumentException("inner");
                            });
                      } catch (IllegalArgumentException _) {
                        insert(one, "rest");
                      }
                    }))
        .isInstanceOf(IllegalStateException.class);

    assertThat(db.inTransaction(one, DbTest::keys)).isEmpty();
  }

  @Test
  void callbacksRunAfterTheOutermostCommitInOrder() {
    var seen = new ArrayList<String>();

    db.useTransaction(
        one,
        tx -> {
          db.useTransaction(one, inner -> inner.afterCommit(() -> seen.add("first")));
          tx.afterCommit(() -> seen.add("second sees " + db.inTransaction(one, DbTest::keys)));
          insert(tx, one, "row");
          assertThat(seen).isEmpty();
        });

    assertThat(seen).containsExactly("first", "second sees [row]");
  }

  @Test
  void callbacksOfARolledBackTransactionNeverRun() {
    var runs = new AtomicInteger();

    assertThatThrownBy(
            () ->
                db.useTransaction(
                    one,
                    tx -> {
                      tx.afterCommit(runs::incrementAndGet);
                      throw new IllegalArgumentException("roll back");
                    }))
        .isInstanceOf(IllegalArgumentException.class);

    assertThat(runs).hasValue(0);
  }

  @Test
  void aCallbackThatFailsDoesNotUndoTheCommitNorStopTheNext() {
    var runs = new AtomicInteger();

    db.useTransaction(
        one,
        tx -> {
          insert(tx, one, "kept");
          tx.afterCommit(
              () -> {
                throw new IllegalArgumentException("callback");
              });
          tx.afterCommit(runs::incrementAndGet);
        });

    assertThat(runs).hasValue(1);
    assertThat(db.inTransaction(one, DbTest::keys)).containsExactly("kept");
  }

  @Test
  void aDeadlockIsTriedAgain() throws Exception {
    insert(one, "x");
    insert(one, "y");
    var bothHoldOne = new CyclicBarrier(2);
    var attempts = new AtomicInteger();

    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var forward = threads.submit(() -> lockBoth("x", "y", bothHoldOne, attempts));
      var backward = threads.submit(() -> lockBoth("y", "x", bothHoldOne, attempts));
      forward.get();
      backward.get();
    }

    assertThat(attempts).hasValue(3);
  }

  @Test
  void aDatabaseThatIsAwayIsUnavailable() {
    var nowhere = new DatabaseUrl("jdbc:postgresql://127.0.0.1:1/none", "u", "p");
    try (var away =
        Db.open(
            PoolSettings.of("a", nowhere, 1),
            PoolSettings.of("b", nowhere, 1),
            new SplittableRandom(1))) {
      assertThatThrownBy(() -> away.useTransaction(one, _ -> {})).isInstanceOf(Unavailable.class);
    }
  }

  @Test
  void aFullPoolIsUnavailableWithinASecond() {
    var small =
        new PoolSettings(
            "small",
            new DatabaseRoles(TestDatabase.MASTER_KEY).login(DATABASE.url(), DatabaseRoles.REQUEST),
            1,
            Duration.ofMillis(250),
            Duration.ofSeconds(5),
            Duration.ofSeconds(2));
    try (var tight = Db.open(small, small, new SplittableRandom(1));
        var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      tight.useTransaction(
          one,
          _ ->
              assertThatThrownBy(
                      () -> threads.submit(() -> tight.useTransaction(two, _ -> {})).get())
                  .hasCauseInstanceOf(Unavailable.class));
    }
  }

  private void lockBoth(
      String first, String second, CyclicBarrier bothHoldOne, AtomicInteger attempts) {
    var firstTime = new AtomicInteger();
    db.useTransaction(
        one,
        tx -> {
          attempts.incrementAndGet();
          touch(tx, first);
          if (firstTime.getAndIncrement() == 0) {
            await(bothHoldOne);
          }
          touch(tx, second);
        });
  }

  private static void await(CyclicBarrier barrier) {
    try {
      barrier.await();
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  private static void touch(WorkspaceTx tx, String key) {
    tx.handle()
        .createUpdate(
            "update idempotency set status = 1 where workspace_id = :workspace and key = :key")
        .bind("workspace", tx.workspace())
        .bind("key", key)
        .execute();
  }

  private void insert(WorkspaceId workspace, String key) {
    db.useTransaction(workspace, tx -> insert(tx, workspace, key));
  }

  private static void insert(WorkspaceTx tx, WorkspaceId workspace, String key) {
    tx.handle()
        .createUpdate(
            """
            insert into idempotency (workspace_id, operation, key, fingerprint)
            values (:workspace, 'test', :key, '')
            """)
        .bind("workspace", workspace)
        .bind("key", key)
        .execute();
  }

  private static List<String> keys(WorkspaceTx tx) {
    return tx.handle()
        .createQuery("select key from idempotency order by key")
        .mapTo(String.class)
        .list();
  }
}
