package ai.chatflow.operations;

import ai.chatflow.api.model.OperationEventData;
import ai.chatflow.api.model.OperationStatus;
import ai.chatflow.api.model.ProblemCode;
import ai.chatflow.platform.Platform;
import ai.chatflow.platform.db.Db;
import ai.chatflow.platform.db.WorkspaceTx;
import ai.chatflow.platform.errors.Conflict;
import ai.chatflow.platform.errors.NotFound;
import ai.chatflow.platform.events.EventLog;
import ai.chatflow.platform.events.EventType;
import ai.chatflow.platform.http.Page;
import ai.chatflow.platform.http.PageRequest;
import ai.chatflow.platform.ids.IdGenerator;
import ai.chatflow.platform.ids.OperationId;
import ai.chatflow.platform.ids.WorkspaceId;
import ai.chatflow.platform.json.Json;
import ai.chatflow.platform.lanes.Lanes;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/// The door to operations.
public final class OperationService {
  private final Db db;
  private final IdGenerator ids;
  private final InstantSource clock;
  private final Lanes lanes;
  private final EventLog events;
  private final OperationStore operations = new OperationStore();
  private final LongWorks works;

  OperationService(Platform platform, LongWorks works) {
    this.db = platform.db();
    this.ids = platform.ids();
    this.clock = platform.clock();
    this.lanes = platform.lanes();
    this.events = platform.events();
    this.works = works;
  }

  /// Makes a kind of work known to this node. Before the lanes start.
  public void register(LongWork<?> work) {
    works.add(work);
  }

  /// Begins an operation with the transaction of the request that asks for it.
  ///
  /// @param cursor where it begins
  /// @param resource id of what is worked on; null when it is no single resource
  /// @param requestId of the request; shown when the operation fails
  public <C> Operation begin(
      WorkspaceTx tx, LongWork<C> work, C cursor, @Nullable String resource, String requestId) {
    var now = clock.instant();
    var operation =
        Operation.pending(new OperationId(ids.next()), work.kind(), resource, requestId, now);
    operations.insert(tx, operation, Json.write(cursor));
    lanes.wake(tx, OperationLane.of(tx.workspace()), now);
    return operation;
  }

  public Operation get(WorkspaceId workspace, OperationId id) {
    return db.inTransaction(workspace, tx -> operations.find(tx, id))
        .orElseThrow(() -> unknown(id));
  }

  /// Newest first; what is null does not filter.
  public Page<Operation> list(
      WorkspaceId workspace, @Nullable OperationStatus status, PageRequest page) {
    return page.newestFirst(
        (before, limit) ->
            db.inTransaction(workspace, tx -> operations.list(tx, status, before, limit)),
        operation -> operation.id().value());
  }

  /// Waits for the step that runs, if one does; none comes after it. What was done stays.
  ///
  /// @throws Conflict when it succeeded or failed before
  public Operation cancel(WorkspaceId workspace, OperationId id) {
    return db.inTransaction(
        workspace,
        tx -> {
          var claimed = operations.lock(tx, id).orElseThrow(() -> unknown(id));
          var before = claimed.operation();
          var after = before.cancelled(clock.instant());
          if (!before.finished()) {
            works.abandoned(tx, claimed, null);
            finish(tx, after);
          }
          return after;
        });
  }

  /// Writes the end of an operation, whose row is locked, and tells of it.
  void finish(WorkspaceTx tx, Operation ended) {
    operations.finish(tx, ended);
    events.append(
        tx, EventType.OPERATION_COMPLETED, new OperationEventData(OperationMapper.toApi(ended)));
  }

  private static NotFound unknown(OperationId id) {
    return new NotFound(ProblemCode.NOT_FOUND, "No operation " + id + ".");
  }
}
