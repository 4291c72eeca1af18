package ai.chatflow.operations;

import ai.chatflow.api.model.OperationKind;
import ai.chatflow.api.model.OperationResult;
import ai.chatflow.api.model.OperationStatus;
import ai.chatflow.api.model.Problem;
import ai.chatflow.platform.db.Rows;
import ai.chatflow.platform.db.SystemTx;
import ai.chatflow.platform.db.Where;
import ai.chatflow.platform.db.WorkspaceTx;
import ai.chatflow.platform.ids.OperationId;
import ai.chatflow.platform.ids.WorkspaceId;
import ai.chatflow.platform.json.Json;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// SQL of operations.
final class OperationStore {
  /// An operation that is worked on, its row locked.
  ///
  /// @param cursor JSON of its kind
  /// @param attempts how often the piece that comes next has failed
  record Claimed(Operation operation, String cursor, int attempts) {}

  private static final String SELECT =
      """
      select id, kind, resource_id, request_id, status, cursor, done, total, result, error,
        attempts, created_at, updated_at, finished_at
      from operation
      """;

  void insert(WorkspaceTx tx, Operation operation, String cursor) {
    tx.handle()
        .createUpdate(
            """
            insert into operation
              (workspace_id, id, kind, resource_id, request_id, status, cursor, due_at, created_at,
               updated_at)
            values
              (:workspace, :id, :kind, :resource, :request, :status, cast(:cursor as jsonb), :now,
               :now, :now)
            """)
        .bind("workspace", tx.workspace())
        .bind("id", operation.id())
        .bind("kind", operation.kind().value())
        .bind("resource", operation.resource())
        .bind("request", operation.requestId())
        .bind("status", operation.status().value())
        .bind("cursor", cursor)
        .bind("now", operation.createdAt())
        .execute();
  }

  Optional<Operation> find(WorkspaceTx tx, OperationId id) {
    return tx.handle()
        .createQuery(SELECT + "where workspace_id = :workspace and id = :id")
        .bind("workspace", tx.workspace())
        .bind("id", id)
        .map((row, _) -> read(row))
        .findOne();
  }

  Optional<Claimed> lock(WorkspaceTx tx, OperationId id) {
    return tx.handle()
        .createQuery(SELECT + "where workspace_id = :workspace and id = :id for no key update")
        .bind("workspace", tx.workspace())
        .bind("id", id)
        .map((row, _) -> claimed(row))
        .findOne();
  }

  /// The one whose turn it is, locked: whoever waits for its lock reads it as the other left it.
  Optional<Claimed> claim(WorkspaceTx tx, Collection<String> kinds, Instant now) {
    return tx.handle()
        .createQuery(
            SELECT
                + """
                where workspace_id = :workspace and due_at <= :now and kind = any(:kinds)
                order by due_at, id limit 1
                for no key update
                """)
        .bind("workspace", tx.workspace())
        .bind("now", now)
        .bindArray("kinds", String.class, kinds)
        .map((row, _) -> claimed(row))
        .findOne();
  }

  /// Newest first, from before `before`.
  List<Operation> list(
      WorkspaceTx tx, @Nullable OperationStatus status, @Nullable UUID before, int limit) {
    return new Where(tx, "workspace_id = :workspace")
        .and("id < :before", "before", before)
        .and("status = :status", "status", status == null ? null : status.value())
        .page(SELECT, "order by id desc", limit, OperationStore::read);
  }

  /// After a piece of work: the others that are due have their turn before it.
  void advance(WorkspaceTx tx, Operation operation, String cursor) {
    tx.handle()
        .createUpdate(
            """
            update operation
            set status = :status, cursor = cast(:cursor as jsonb), done = :done, total = :total,
              attempts = 0, due_at = :now, updated_at = :now
            where workspace_id = :workspace and id = :id
            """)
        .bind("workspace", tx.workspace())
        .bind("id", operation.id())
        .bind("status", operation.status().value())
        .bind("cursor", cursor)
        .bind("done", operation.progress().done())
        .bind("total", operation.progress().total())
        .bind("now", operation.updatedAt())
        .execute();
  }

  /// It is never due again.
  void finish(WorkspaceTx tx, Operation operation) {
    var result = operation.result();
    var error = operation.error();
    tx.handle()
        .createUpdate(
            """
            update operation
            set status = :status, done = :done, total = :total, result = cast(:result as jsonb),
              error = cast(:error as jsonb), due_at = null, updated_at = :now, finished_at = :now
            where workspace_id = :workspace and id = :id
            """)
        .bind("workspace", tx.workspace())
        .bind("id", operation.id())
        .bind("status", operation.status().value())
        .bind("done", operation.progress().done())
        .bind("total", operation.progress().total())
        .bind("result", result == null ? null : Json.write(result))
        .bind("error", error == null ? null : Json.write(error))
        .bind("now", operation.updatedAt())
        .execute();
  }

  void postpone(WorkspaceTx tx, Operation operation, int attempts, Instant due) {
    tx.handle()
        .createUpdate(
            """
            update operation
            set status = :status, attempts = :attempts, due_at = :due, updated_at = :now
            where workspace_id = :workspace and id = :id
            """)
        .bind("workspace", tx.workspace())
        .bind("id", operation.id())
        .bind("status", operation.status().value())
        .bind("attempts", attempts)
        .bind("due", due)
        .bind("now", operation.updatedAt())
        .execute();
  }

  Optional<Instant> earliestDue(WorkspaceTx tx, Collection<String> kinds) {
    return tx.handle()
        .createQuery(
            """
            select min(due_at) from operation
            where workspace_id = :workspace and due_at is not null and kind = any(:kinds)
            """)
        .bind("workspace", tx.workspace())
        .bindArray("kinds", String.class, kinds)
        .mapTo(Instant.class)
        .findOne();
  }

  Optional<Instant> oldest(SystemTx tx) {
    return tx.handle()
        .createQuery("select min(due_at) from operation where due_at is not null")
        .mapTo(Instant.class)
        .findOne();
  }

  /// The workspaces that have something due.
  List<WorkspaceId> overdue(SystemTx tx, Collection<String> kinds, Instant now, int limit) {
    return tx.handle()
        .createQuery(
            """
            select distinct workspace_id from operation
            where due_at <= :now and kind = any(:kinds) limit :limit
            """)
        .bind("now", now)
        .bindArray("kinds", String.class, kinds)
        .bind("limit", limit)
        .map((row, _) -> new WorkspaceId(row.getObject("workspace_id", UUID.class)))
        .list();
  }

  private static Claimed claimed(ResultSet row) throws SQLException {
    return new Claimed(read(row), row.getString("cursor"), row.getInt("attempts"));
  }

  private static Operation read(ResultSet row) throws SQLException {
    var result = row.getString("result");
    var error = row.getString("error");
    var finished = row.getObject("finished_at", OffsetDateTime.class);
    return new Operation(
        new OperationId(row.getObject("id", UUID.class)),
        OperationKind.fromString(row.getString("kind")),
        row.getString("resource_id"),
        row.getString("request_id"),
        OperationStatus.fromString(row.getString("status")),
        new Progress(row.getLong("done"), row.getObject("total", Long.class)),
        result == null ? null : Json.read(result, OperationResult.class),
        error == null ? null : Json.read(error, Problem.class),
        Rows.instant(row, "created_at"),
        Rows.instant(row, "updated_at"),
        finished == null ? null : finished.toInstant());
  }
}
