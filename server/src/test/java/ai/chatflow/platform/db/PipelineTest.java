package ai.chatflow.platform.db;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.chatflow.platform.ids.WorkspaceId;
import ai.chatflow.testing.TestDatabase;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntConsumer;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

class PipelineTest {
  private static final String INSERT =
      """
      insert into event_queue (workspace_id, origin, id, type, data)
      select :workspace, :origin, n.id, 'flow.published', '{"a": ":not_a_parameter"}'::json
      from unnest(:ids) as n (id)
      """;

  private static final String ORIGINS =
      "select origin from event_queue where workspace_id = :workspace order by seq";

  @AutoClose private static final TestDatabase DATABASE = TestDatabase.create();

  private final Db db = DATABASE.db();
  private final WorkspaceId workspace = new WorkspaceId(UUID.randomUUID());

  @Test
  void whatWaitsIsSentWithTheCommitInItsOrderAndWithValuesOfItsOwn() {
    db.useTransaction(
        workspace,
        tx -> {
          insert(tx, "a", 2);
          insert(tx, "b", 1);
        });

    assertThat(db.inTransaction(workspace, PipelineTest::origins)).containsExactly("a", "a", "b");
  }

  @Test
  void theNextStatementSeesWhatWaited() {
    var seen =
        db.inTransaction(
            workspace,
            tx -> {
              insert(tx, "a", 1);
              insert(tx, "b", 1);
              return origins(tx);
            });

    assertThat(seen).containsExactly("a", "b");
  }

  @Test
  void rowsAreReadBeforeTheTransactionEndsForTheCaller() {
    var read = new ArrayList<Integer>();
    var afterwards = new AtomicInteger();

    db.useTransaction(
        workspace,
        tx -> {
          count(tx, read::add);
          insert(tx, "a", 3);
          count(
              tx,
              count -> {
                read.add(count);
                tx.afterCommit(afterwards::incrementAndGet);
              });
        });

    assertThat(read).containsExactly(0, 3);
    assertThat(afterwards).as("a callback that a reader has registered").hasValue(1);
  }

  @Test
  void valuesMayComeFromTheDatabaseThemselves() {
    db.useTransaction(
        workspace,
        tx -> {
          insert(tx, "a", 1);
          tx.later(
              INSERT,
              values ->
                  values
                      .bind("workspace", tx.workspace())
                      .bind("origin", String.join("", origins(tx)) + "b")
                      .bindArray("ids", UUID.class, new UUID[] {UUID.randomUUID()}));
        });

    assertThat(db.inTransaction(workspace, PipelineTest::origins)).containsExactly("a", "ab");
  }

  @Test
  void whenOneFailsNothingOfTheTransactionStays() {
    var afterwards = new AtomicInteger();

    assertThatThrownBy(
            () ->
                db.useTransaction(
                    workspace,
                    tx -> {
                      tx.afterCommit(afterwards::incrementAndGet);
                      insert(tx, "a", 1);
                      tx.later("select 1 / :nothing", values -> values.bind("nothing", 0));
                      insert(tx, "b", 1);
                    }))
        .hasMessageContaining("division by zero");

    assertThat(db.inTransaction(workspace, PipelineTest::origins)).isEmpty();
    assertThat(afterwards).hasValue(0);
  }

  @Test
  void whatWaitedForATransactionThatIsGivenUpIsNeverSent() {
    assertThatThrownBy(
            () ->
                db.useTransaction(
                    workspace,
                    tx -> {
                      insert(tx, "a", 1);
                      throw new IllegalStateException("given up");
                    }))
        .hasMessage("given up");

    assertThat(db.inTransaction(workspace, PipelineTest::origins)).isEmpty();
  }

  @Test
  void aQueryReadsWhatWaitedInItsOwnRoundTrip() {
    var seen =
        db.inTransaction(
            workspace,
            tx -> {
              var counted = new ArrayList<Integer>();
              insert(tx, "a", 2);
              count(tx, counted::add);
              assertThat(counted).as("nothing was sent yet").isEmpty();
              assertThat(queried(tx)).containsExactly("a", "a");
              return counted;
            });

    assertThat(seen).containsExactly(2);
  }

  @Test
  void theLastStatementCommitsWhatWaitedAndNothingFollowsIt() {
    var afterwards = new AtomicInteger();

    assertThatThrownBy(
            () ->
                db.useTransaction(
                    workspace,
                    tx -> {
                      tx.afterCommit(afterwards::incrementAndGet);
                      insert(tx, "a", 1);
                      assertThat(last(tx)).containsExactly("a");
                      insert(tx, "b", 1);
                    }))
        .hasMessageContaining("after its last statement");

    assertThat(db.inTransaction(workspace, PipelineTest::last)).containsExactly("a");
    assertThat(afterwards).as("the caller did not come to its end").hasValue(0);
  }

  @Test
  void theLastStatementOfWhatWasJoinedCommitsNothing() {
    assertThatThrownBy(
            () ->
                db.useTransaction(
                    workspace,
                    tx -> {
                      insert(tx, "a", 1);
                      assertThat(db.inTransaction(workspace, PipelineTest::last))
                          .containsExactly("a");
                      insert(tx, "b", 1);
                      throw new IllegalStateException("given up");
                    }))
        .hasMessage("given up");

    assertThat(db.inTransaction(workspace, PipelineTest::last)).isEmpty();
  }

  @Test
  void theLastStatementLeavesRoomForWhatIsDoneBeforeTheCommit() {
    db.useTransaction(
        workspace,
        tx -> {
          tx.beforeCommitOnce("late", Runnable.class, () -> () -> insert(tx, "late", 1));
          assertThat(last(tx)).isEmpty();
        });

    assertThat(db.inTransaction(workspace, PipelineTest::last)).containsExactly("late");
  }

  @Test
  void aTransactionWithoutStatementsIsOne() {
    assertThat(db.<String>inTransaction(workspace, _ -> "nothing")).isEqualTo("nothing");
  }

  private static void insert(WorkspaceTx tx, String origin, int count) {
    var ids = new ArrayList<UUID>();
    for (int i = 0; i < count; i++) {
      ids.add(UUID.randomUUID());
    }
    tx.later(
        INSERT,
        values ->
            values
                .bind("workspace", tx.workspace())
                .bind("origin", origin)
                .bindArray("ids", UUID.class, ids.toArray()));
  }

  private static void count(WorkspaceTx tx, IntConsumer then) {
    tx.later(
        "select count(*) from event_queue where workspace_id = :workspace",
        values -> values.bind("workspace", tx.workspace()),
        rows -> {
          rows.next();
          then.accept(rows.getInt(1));
        });
  }

  private static List<String> queried(WorkspaceTx tx) {
    return tx.query(
        ORIGINS,
        values -> values.bind("workspace", tx.workspace()),
        row -> row.getString("origin"));
  }

  private static List<String> last(WorkspaceTx tx) {
    return tx.last(
        ORIGINS,
        values -> values.bind("workspace", tx.workspace()),
        row -> row.getString("origin"));
  }

  private static List<String> origins(WorkspaceTx tx) {
    return tx.handle()
        .createQuery(
            """
            select origin from event_queue
            where workspace_id = :workspace and data ->> 'a' = ':not_a_parameter'
            order by seq
            """)
        .bind("workspace", tx.workspace())
        .mapTo(String.class)
        .list();
  }
}
