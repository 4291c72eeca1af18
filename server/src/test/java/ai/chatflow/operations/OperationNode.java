package ai.chatflow.operations;

import ai.chatflow.platform.Platform;
import ai.chatflow.platform.db.Db;
import ai.chatflow.platform.events.EventStore;
import ai.chatflow.platform.events.EventType;
import ai.chatflow.platform.ids.WorkspaceId;
import ai.chatflow.platform.json.Json;
import ai.chatflow.platform.lanes.DeadLetter;
import ai.chatflow.platform.lanes.LanePauses;
import ai.chatflow.platform.lanes.ManualLanes;
import ai.chatflow.platform.lanes.WakeSignals;
import ai.chatflow.testing.ManualClock;
import ai.chatflow.testing.TestDatabase;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.SplittableRandom;

/// A node that works operations of one kind in one workspace.
final class OperationNode {
  private final WorkspaceId workspace;
  private final Platform platform;
  private final ManualLanes lanes;
  private final OperationsModule module;
  private final CountingWork work;
  private final OperationLane lane;

  /// @param seed of its ids; each node has another
  OperationNode(Db db, ManualClock clock, WorkspaceId workspace, long seed) {
    this.workspace = workspace;
    this.platform =
        Platform.wire(
            new Platform.Surroundings(
                db,
                TestDatabase.MASTER_KEY,
                clock,
                clock,
                new SplittableRandom(seed),
                ManualLanes.SETTINGS,
                WakeSignals.NONE,
                LanePauses.NONE));
    this.lanes = ManualLanes.over(platform.lanes());
    this.module = OperationsModule.wire(platform);
    this.work = new CountingWork(platform.deadLetters());
    module.operations().register(work);
    var works = new LongWorks();
    works.add(work);
    this.lane = new OperationLane(platform, works, module.operations());
  }

  WorkspaceId workspace() {
    return workspace;
  }

  ManualLanes lanes() {
    return lanes;
  }

  OperationsModule module() {
    return module;
  }

  OperationService operations() {
    return module.operations();
  }

  CountingWork work() {
    return work;
  }

  /// The same work in a lane that nobody owns.
  OperationLane lane() {
    return lane;
  }

  /// An operation that counts to `end`.
  Operation begin(long end) {
    return platform
        .db()
        .inTransaction(
            workspace,
            tx -> operations().begin(tx, work, new CountingWork.Count(0, end), null, "request"));
  }

  /// One step of the lane that is due.
  void step() {
    lanes.beat();
    lanes.poll();
    lanes.runOne();
  }

  Operation get(Operation operation) {
    return operations().get(workspace, operation.id());
  }

  /// What the steps left, in order.
  List<String> effects() {
    return letters(CountingWork.EFFECT).stream().map(DeadLetter::reason).toList();
  }

  List<DeadLetter> letters(String kind) {
    return platform
        .db()
        .inTransaction(workspace, tx -> platform.deadLetters().page(tx, kind, null, 1_000));
  }

  /// The events that tell of ends: id and status.
  List<String> ends() {
    return platform
        .db()
        .inTransaction(
            workspace,
            tx -> new EventStore().page(tx, 0, List.of(EventType.OPERATION_COMPLETED), 100))
        .stream()
        .map(event -> Json.read(event.data(), JsonNode.class).path("operation"))
        .map(end -> end.path("id").asText() + " " + end.path("status").asText())
        .toList();
  }
}
