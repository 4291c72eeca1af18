package ai.chatflow.operations;

import ai.chatflow.api.model.ProblemCode;
import ai.chatflow.operations.LongWork.Step.Ask;
import ai.chatflow.operations.LongWork.Step.Done;
import ai.chatflow.operations.LongWork.Step.Next;
import ai.chatflow.operations.OperationStore.Claimed;
import ai.chatflow.platform.Platform;
import ai.chatflow.platform.db.Db;
import ai.chatflow.platform.db.SystemTx;
import ai.chatflow.platform.db.WorkspaceTx;
import ai.chatflow.platform.errors.DomainException;
import ai.chatflow.platform.http.Problems;
import ai.chatflow.platform.ids.OperationId;
import ai.chatflow.platform.ids.WorkspaceId;
import ai.chatflow.platform.json.Json;
import ai.chatflow.platform.lanes.DeadLetters;
import ai.chatflow.platform.lanes.LaneKey;
import ai.chatflow.platform.lanes.LaneKind;
import ai.chatflow.platform.lanes.LaneRun;
import ai.chatflow.platform.lanes.LaneStep;
import ai.chatflow.platform.lanes.RetrySchedule;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Works the operations of a workspace, a piece of one at a time, in turns. A piece, the cursor
/// after it and the end of the operation are one transaction that holds the operation's row: two
/// nodes never do the same piece, a cancelled operation is not touched, and what a node had not
/// committed when it died the next one does.
final class OperationLane implements LaneKind {
  static final String KIND = "operation";

  private static final Logger log = LoggerFactory.getLogger(OperationLane.class);

  /// Some ten minutes for each piece.
  private static final RetrySchedule RETRIES =
      new RetrySchedule(Duration.ofSeconds(1), Duration.ofMinutes(5), 12);

  private final Db db;
  private final InstantSource clock;
  private final RandomGenerator random;
  private final DeadLetters deadLetters;
  private final Problems problems;
  private final LongWorks works;
  private final OperationService service;
  private final OperationStore operations = new OperationStore();

  OperationLane(Platform platform, LongWorks works, OperationService service) {
    this.db = platform.db();
    this.clock = platform.clock();
    this.random = platform.random();
    this.deadLetters = platform.deadLetters();
    this.problems = platform.problems();
    this.works = works;
    this.service = service;
  }

  static LaneKey of(WorkspaceId workspace) {
    return new LaneKey(KIND, workspace, "");
  }

  @Override
  public String name() {
    return KIND;
  }

  @Override
  public LaneStep work(LaneRun run) {
    var workspace = run.lane().workspace();
    var worked = new AtomicReference<@Nullable OperationId>();
    try {
      return db.inTransaction(workspace, tx -> step(tx, worked)).finish(run);
    } catch (RuntimeException e) {
      var failed = worked.get();
      if (failed == null) {
        throw e;
      }
      db.useTransaction(workspace, tx -> failed(tx, failed, e));
      return LaneStep.MORE;
    }
  }

  /// What is left to do after the transaction.
  private interface Rest {
    LaneStep finish(LaneRun run);
  }

  private Rest step(WorkspaceTx tx, AtomicReference<@Nullable OperationId> worked) {
    worked.set(null);
    var found = operations.claim(tx, works.kinds(), clock.instant());
    if (found.isEmpty()) {
      return _ -> LaneStep.IDLE;
    }
    var operation = found.get().operation();
    worked.set(operation.id());
    var step = works.step(tx, found.get());
    if (step instanceof Ask<String>(var question)) {
      return run -> answered(run, found.get(), question);
    }
    apply(tx, operation, step);
    return _ -> LaneStep.MORE;
  }

  /// Whoever cancelled the operation meanwhile, or worked on it, has the say: the answer is
  /// dropped.
  private LaneStep answered(LaneRun run, Claimed asked, Supplier<String> question) {
    var cursor = run.outside(question);
    db.useTransaction(
        run.lane().workspace(),
        tx ->
            operations
                .lock(tx, asked.operation().id())
                .filter(now -> !now.operation().finished() && now.cursor().equals(asked.cursor()))
                .ifPresent(
                    now -> {
                      var step =
                          works.step(tx, new Claimed(now.operation(), cursor, now.attempts()));
                      apply(tx, now.operation(), step);
                    }));
    return LaneStep.MORE;
  }

  private void apply(WorkspaceTx tx, Operation operation, LongWork.Step<String> step) {
    switch (step) {
      case Next<String>(var cursor, var progress) ->
          operations.advance(tx, operation.running(progress, clock.instant()), cursor);
      case Done<String>(var result, var progress) ->
          service.finish(tx, operation.succeeded(result, progress, clock.instant()));
      case Ask<String> _ -> throw new IllegalStateException("asked twice for one piece");
    }
  }

  /// In a transaction of its own: the piece that failed was rolled back.
  private void failed(WorkspaceTx tx, OperationId id, RuntimeException failure) {
    operations
        .lock(tx, id)
        .filter(claimed -> !claimed.operation().finished())
        .ifPresent(claimed -> failed(tx, claimed, failure));
  }

  private void failed(WorkspaceTx tx, Claimed claimed, RuntimeException failure) {
    var operation = claimed.operation();
    var now = clock.instant();
    if (failure instanceof DomainException refusal) {
      var problem =
          problems.of(refusal, operation.requestId(), OperationMapper.path(operation.id()));
      if (!problem.retryable()) {
        works.abandoned(tx, claimed, problem);
        service.finish(tx, operation.failed(problem, now));
        return;
      }
    }
    int attempts = claimed.attempts() + 1;
    var wait = RETRIES.afterAttempt(attempts, random);
    log.error(
        "A piece of an operation failed. operation={} kind={} attempt={} again={}",
        operation.id(),
        operation.kind(),
        attempts,
        wait,
        failure);
    if (wait.isPresent()) {
      var running = operation.running(operation.progress(), now);
      operations.postpone(tx, running, attempts, now.plus(wait.get()));
    } else {
      giveUp(tx, claimed, attempts, failure);
    }
  }

  private void giveUp(WorkspaceTx tx, Claimed claimed, int attempts, RuntimeException failure) {
    var operation = claimed.operation();
    var problem =
        problems.of(
            ProblemCode.INTERNAL_ERROR,
            "The operation was given up after " + attempts + " attempts at the same piece.",
            operation.requestId(),
            OperationMapper.path(operation.id()));
    works.abandoned(tx, claimed, problem);
    service.finish(tx, operation.failed(problem, clock.instant()));
    var item =
        Json.write(
            Map.of("id", operation.id(), "kind", operation.kind(), "cursor", claimed.cursor()));
    deadLetters.bury(tx, of(tx.workspace()), item, failure.getClass().getName(), attempts);
  }

  @Override
  public Optional<Instant> earliestDue(LaneKey lane) {
    return db.inTransaction(lane.workspace(), tx -> operations.earliestDue(tx, works.kinds()));
  }

  @Override
  public Optional<Instant> oldest(SystemTx tx) {
    return operations.oldest(tx);
  }

  @Override
  public List<LaneKey> overdue(SystemTx tx, Instant now, int limit) {
    return operations.overdue(tx, works.kinds(), now, limit).stream()
        .map(OperationLane::of)
        .toList();
  }
}
