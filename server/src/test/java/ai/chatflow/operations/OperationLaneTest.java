package ai.chatflow.operations;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.chatflow.api.model.OperationStatus;
import ai.chatflow.api.model.ProblemCode;
import ai.chatflow.platform.errors.Conflict;
import ai.chatflow.platform.errors.NotFound;
import ai.chatflow.platform.errors.Unavailable;
import ai.chatflow.platform.http.PageRequest;
import ai.chatflow.platform.ids.WorkspaceId;
import ai.chatflow.platform.lanes.DeadLetter;
import ai.chatflow.platform.lanes.LaneKey;
import ai.chatflow.platform.lanes.LaneRun;
import ai.chatflow.platform.lanes.LanesSettings;
import ai.chatflow.testing.AtOnce;
import ai.chatflow.testing.ManualClock;
import ai.chatflow.testing.TestDatabase;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/// Operations on a real database, worked by two nodes whose lanes run when a test says so.
class OperationLaneTest {
  private static final PageRequest EVERYTHING = new PageRequest(100, Optional.empty());

  @AutoClose private final TestDatabase database = TestDatabase.create();
  private final ManualClock clock = ManualClock.atNow();
  private final WorkspaceId workspace = new WorkspaceId(UUID.randomUUID());
  private final OperationNode node = new OperationNode(database.openDb(), clock, workspace, 1);

  @Test
  void itGoesOnInStepsShowsHowFarItIsAndTellsOfItsEnd() {
    var begun = node.begin(3);
    assertThat(begun.status()).isEqualTo(OperationStatus.PENDING);

    node.step();
    var running = node.get(begun);
    assertThat(running.status()).isEqualTo(OperationStatus.RUNNING);
    assertThat(running.progress()).isEqualTo(new Progress(1, 3L));
    assertThat(running.finished()).isFalse();
    assertThat(node.ends()).isEmpty();

    clock.advance(Duration.ofSeconds(1));
    node.lanes().runDue();
    var ended = node.get(begun);
    assertThat(ended.status()).isEqualTo(OperationStatus.SUCCEEDED);
    assertThat(ended.progress()).isEqualTo(new Progress(3, 3L));
    assertThat(ended.result()).isEqualTo(CountingWork.result(3));
    assertThat(ended.finishedAt()).isEqualTo(clock.instant());
    assertThat(node.effects()).containsExactly("1", "2", "3");
    assertThat(node.ends()).containsExactly(begun.id() + " succeeded");
  }

  @Test
  void whatAStepDidBeforeItFailedIsUndoneAndDoneAgainLater() {
    node.work().failAt(2, new IllegalStateException("after its effect"));
    var begun = node.begin(3);
    node.lanes().runDue();
    assertThat(node.effects()).containsExactly("1");
    assertThat(node.get(begun).status()).isEqualTo(OperationStatus.RUNNING);

    node.work().mend();
    clock.advance(Duration.ofSeconds(1));
    node.lanes().runDue();

    assertThat(node.get(begun).status()).isEqualTo(OperationStatus.SUCCEEDED);
    assertThat(node.effects()).containsExactly("1", "2", "3");
  }

  @Test
  void aStepThatNeverSucceedsFailsTheOperationAndIsBuried() {
    node.work().failAt(2, new IllegalStateException("a secret"));
    var begun = node.begin(3);
    for (int minute = 0; minute < 30; minute++) {
      clock.advance(Duration.ofMinutes(1));
      node.lanes().runDue();
    }

    var failed = node.get(begun);
    assertThat(failed.status()).isEqualTo(OperationStatus.FAILED);
    assertThat(failed.progress()).isEqualTo(new Progress(1, 3L));
    var problem = failed.error();
    assertThat(problem).isNotNull();
    assertThat(problem.code()).isEqualTo(ProblemCode.INTERNAL_ERROR);
    assertThat(problem.requestId()).isEqualTo("request");
    assertThat(problem.instance()).hasToString("/v1/operations/" + begun.id());
    assertThat(problem.detail()).doesNotContain("secret");
    assertThat(node.work().attempts()).isEqualTo(13);
    assertThat(node.ends()).containsExactly(begun.id() + " failed");
    assertThat(node.letters(OperationLane.KIND))
        .singleElement()
        .extracting(DeadLetter::reason)
        .isEqualTo("java.lang.IllegalStateException");
  }

  @Test
  void whatHasToBeAskedOfSomebodyElseIsAskedOutsideOfTheTransaction() {
    var begun = node.begin(3);
    node.work()
        .askAt(2, () -> assertThat(node.get(begun).progress()).isEqualTo(new Progress(1, 3L)));
    node.lanes().runDue();

    assertThat(node.get(begun).status()).isEqualTo(OperationStatus.SUCCEEDED);
    assertThat(node.effects()).containsExactly("1", "2", "3");
    assertThat(node.work().abandoned()).isNull();
  }

  @Test
  void whatIsCancelledWhileSomebodyElseIsAskedTakesNoAnswer() {
    var begun = node.begin(3);
    node.work().askAt(2, () -> node.operations().cancel(workspace, begun.id()));
    node.lanes().runDue();

    assertThat(node.get(begun).status()).isEqualTo(OperationStatus.CANCELLED);
    assertThat(node.effects()).containsExactly("1");
    assertThat(node.work().abandoned()).isEqualTo("1 cancelled");
  }

  @Test
  void aRefusalOfWhoeverIsAskedEndsItAndIsToldToTheWork() {
    var begun = node.begin(3);
    node.work()
        .askAt(
            2,
            () -> {
              throw new NotFound(ProblemCode.NOT_FOUND, "Nobody there.");
            });
    node.lanes().runDue();

    assertThat(node.get(begun).status()).isEqualTo(OperationStatus.FAILED);
    assertThat(node.effects()).containsExactly("1");
    assertThat(node.work().abandoned()).isEqualTo("1 not_found");
  }

  @Test
  void aRefusalEndsItAtOnceWithItsProblemAndWhatMayPassDoesNot() {
    node.work().failAt(2, new NotFound(ProblemCode.NOT_FOUND, "No such endpoint."));
    var refused = node.begin(3);
    node.lanes().runDue();
    node.work().failAt(2, new Unavailable(ProblemCode.SERVICE_UNAVAILABLE, "Slow."));
    var delayed = node.begin(3);
    node.lanes().runDue();

    var failed = node.get(refused);
    assertThat(failed.status()).isEqualTo(OperationStatus.FAILED);
    assertThat(failed.error()).isNotNull();
    assertThat(failed.error().code()).isEqualTo(ProblemCode.NOT_FOUND);
    assertThat(failed.error().detail()).isEqualTo("No such endpoint.");
    assertThat(node.get(delayed).status()).isEqualTo(OperationStatus.RUNNING);
    assertThat(node.letters(OperationLane.KIND)).isEmpty();
  }

  @Test
  void aNodeThatDiesInTheMiddleIsFollowedByAnother() {
    var other = new OperationNode(database.openDb(), clock, workspace, 2);
    var begun = node.begin(5);
    other.lanes().beat();
    node.step();
    node.lanes().runOne();
    node.work().failAt(3, new IllegalStateException("killed before the commit"));
    node.lanes().runOne();
    other.lanes().beat();
    assertThat(node.effects()).containsExactly("1", "2");

    clock.advance(LanesSettings.DEFAULT.takeOver());
    other.lanes().runDue();

    assertThat(other.get(begun).result()).isEqualTo(CountingWork.result(5));
    assertThat(other.effects()).containsExactly("1", "2", "3", "4", "5");
    assertThat(other.ends()).containsExactly(begun.id() + " succeeded");
  }

  @Test
  void twoRunnersAtOnceDoNothingTwice() throws Exception {
    var other = new OperationNode(database.openDb(), clock, workspace, 2);
    var begun = node.begin(60);

    AtOnce.call(List.of(() -> worked(node, begun), () -> worked(other, begun)));

    node.lanes().runDue();
    assertThat(node.get(begun).result()).isEqualTo(CountingWork.result(60));
    assertThat(node.effects())
        .containsExactlyInAnyOrderElementsOf(
            IntStream.rangeClosed(1, 60).mapToObj(String::valueOf).toList());
    assertThat(node.ends()).containsExactly(begun.id() + " succeeded");
  }

  @Test
  void theOperationsOfAWorkspaceTakeTurns() {
    var first = node.begin(10);
    clock.advance(Duration.ofMillis(1));
    var second = node.begin(10);
    for (int step = 0; step < 6; step++) {
      clock.advance(Duration.ofMillis(1));
      node.step();
    }

    assertThat(node.get(first).progress().done()).isEqualTo(3);
    assertThat(node.get(second).progress().done()).isEqualTo(3);
  }

  @Test
  void aCancelledOneStopsWhereItIsAndStaysAsItIs() {
    var begun = node.begin(5);
    node.step();
    var cancelled = node.operations().cancel(workspace, begun.id());
    clock.advance(Duration.ofSeconds(1));
    node.lanes().runDue();

    assertThat(cancelled.status()).isEqualTo(OperationStatus.CANCELLED);
    assertThat(cancelled.progress()).isEqualTo(new Progress(1, 5L));
    assertThat(node.operations().cancel(workspace, begun.id())).isEqualTo(cancelled);
    assertThat(node.effects()).containsExactly("1");
    assertThat(node.ends()).containsExactly(begun.id() + " cancelled");
  }

  @Test
  void whatHasEndedCannotBeCancelled() {
    var begun = node.begin(1);
    node.lanes().runDue();

    assertThatThrownBy(() -> node.operations().cancel(workspace, begun.id()))
        .isInstanceOfSatisfying(
            Conflict.class,
            conflict ->
                assertThat(conflict.code()).isEqualTo(ProblemCode.OPERATION_NOT_CANCELLABLE));
    assertThat(node.get(begun).status()).isEqualTo(OperationStatus.SUCCEEDED);
  }

  @Test
  void theyAreListedNewestFirstAndByStatus() {
    var done = node.begin(1);
    node.lanes().runDue();
    var waiting = node.begin(1);

    assertThat(node.operations().list(workspace, null, EVERYTHING).items())
        .extracting(Operation::id)
        .containsExactly(waiting.id(), done.id());
    assertThat(node.operations().list(workspace, OperationStatus.PENDING, EVERYTHING).items())
        .containsExactly(waiting);
  }

  @Test
  void aWakeThatWasLostIsMadeUpForByTheSweep() {
    var other = new OperationNode(database.openDb(), clock, workspace, 2);
    var begun = other.begin(1);
    database
        .db()
        .useSystemTransaction(tx -> tx.handle().execute("update lane set due_at = 'infinity'"));
    node.lanes().runDue();
    assertThat(node.get(begun).status()).isEqualTo(OperationStatus.PENDING);

    node.lanes().sweep();
    node.lanes().runDue();

    assertThat(node.get(begun).status()).isEqualTo(OperationStatus.SUCCEEDED);
  }

  @Test
  void onlyWhatEndedLongAgoIsForgotten() {
    var old = node.begin(1);
    var young = node.begin(1);
    node.lanes().runDue();
    var waiting = node.begin(1);
    database
        .db()
        .useSystemTransaction(
            tx -> {
              tx.handle()
                  .execute(
                      "update operation set finished_at = now() - interval '31 days' where id = ?",
                      old.id().value());
              node.module().housekeeping().forEach(job -> job.work().accept(tx));
            });

    assertThat(node.operations().list(workspace, null, EVERYTHING).items())
        .extracting(Operation::id)
        .containsExactly(waiting.id(), young.id());
  }

  private static int worked(OperationNode node, Operation operation) {
    var run = new Alone(OperationLane.of(node.workspace()));
    int steps = 0;
    while (!node.get(operation).finished()) {
      node.lane().work(run);
      steps++;
    }
    return steps;
  }

  /// A step that nobody guards.
  private record Alone(LaneKey lane) implements LaneRun {
    @Override
    public long epoch() {
      return 1;
    }

    @Override
    public boolean mayStart(Duration callTimeout) {
      return true;
    }

    @Override
    public <T> T outside(Supplier<T> call) {
      return call.get();
    }

    @Override
    public boolean stopping() {
      return false;
    }
  }
}
