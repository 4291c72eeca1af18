package ai.chatflow.flows;

import ai.chatflow.api.model.FlowDefinition;
import ai.chatflow.api.model.FlowStatus;
import ai.chatflow.platform.db.Rows;
import ai.chatflow.platform.db.Where;
import ai.chatflow.platform.db.WorkspaceTx;
import ai.chatflow.platform.ids.FlowId;
import ai.chatflow.platform.json.Json;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// SQL of flows and their versions.
final class FlowStore {
  private static final String SELECT =
      """
      select id, name, status, definition, published_version, last_version, metadata, version,
        created_at, updated_at
      from flow
      """;

  Optional<Flow> find(WorkspaceTx tx, FlowId id) {
    return one(tx, id, "where workspace_id = :workspace and id = :id");
  }

  Optional<Flow> lock(WorkspaceTx tx, FlowId id) {
    return one(tx, id, "where workspace_id = :workspace and id = :id for no key update");
  }

  private static Optional<Flow> one(WorkspaceTx tx, FlowId id, String where) {
    return tx.handle()
        .createQuery(SELECT + where)
        .bind("workspace", tx.workspace())
        .bind("id", id)
        .map((row, _) -> read(row))
        .findOne();
  }

  /// Newest first, from before `before`.
  List<Flow> list(WorkspaceTx tx, @Nullable UUID before, int limit) {
    return new Where(tx, "workspace_id = :workspace")
        .and("id < :before", "before", before)
        .page(SELECT, "order by id desc", limit, FlowStore::read);
  }

  void insert(WorkspaceTx tx, Flow flow) {
    tx.handle()
        .createUpdate(
            """
            insert into flow
              (workspace_id, id, name, status, definition, metadata, version, created_at,
               updated_at)
            values
              (:workspace, :id, :name, :status, cast(:definition as jsonb),
               cast(:metadata as jsonb), :version, :created, :created)
            """)
        .bind("workspace", tx.workspace())
        .bind("id", flow.id())
        .bind("name", flow.name())
        .bind("status", flow.status().value())
        .bind("definition", Json.write(flow.definition()))
        .bind("metadata", Json.write(flow.metadata()))
        .bind("version", flow.version())
        .bind("created", flow.createdAt())
        .execute();
  }

  void update(WorkspaceTx tx, Flow flow) {
    tx.handle()
        .createUpdate(
            """
            update flow
            set name = :name, status = :status, definition = cast(:definition as jsonb),
              published_version = :published, last_version = :last,
              metadata = cast(:metadata as jsonb), version = :version, updated_at = :updated
            where workspace_id = :workspace and id = :id
            """)
        .bind("workspace", tx.workspace())
        .bind("id", flow.id())
        .bind("name", flow.name())
        .bind("status", flow.status().value())
        .bind("definition", Json.write(flow.definition()))
        .bind("published", flow.publishedVersion())
        .bind("last", flow.lastVersion())
        .bind("metadata", Json.write(flow.metadata()))
        .bind("version", flow.version())
        .bind("updated", flow.updatedAt())
        .execute();
  }

  /// Its versions and triggers go with it.
  void delete(WorkspaceTx tx, FlowId id) {
    tx.handle()
        .createUpdate("delete from flow where workspace_id = :workspace and id = :id")
        .bind("workspace", tx.workspace())
        .bind("id", id)
        .execute();
  }

  void insertVersion(WorkspaceTx tx, FlowVersion version) {
    tx.handle()
        .createUpdate(
            """
            insert into flow_version (workspace_id, flow_id, number, definition, created_at)
            values (:workspace, :flow, :number, cast(:definition as jsonb), :created)
            """)
        .bind("workspace", tx.workspace())
        .bind("flow", version.flow())
        .bind("number", version.number())
        .bind("definition", Json.write(version.definition()))
        .bind("created", version.createdAt())
        .execute();
  }

  Optional<FlowVersion> version(WorkspaceTx tx, FlowId flow, int number) {
    return tx.handle()
        .createQuery(
            """
            select number, definition, created_at from flow_version
            where workspace_id = :workspace and flow_id = :flow and number = :number
            """)
        .bind("workspace", tx.workspace())
        .bind("flow", flow)
        .bind("number", number)
        .map((row, _) -> readVersion(row, flow))
        .findOne();
  }

  /// Newest first, from below `below`.
  List<FlowVersion> versions(WorkspaceTx tx, FlowId flow, int below, int limit) {
    return tx.handle()
        .createQuery(
            """
            select number, definition, created_at from flow_version
            where workspace_id = :workspace and flow_id = :flow and number < :below
            order by number desc limit :limit
            """)
        .bind("workspace", tx.workspace())
        .bind("flow", flow)
        .bind("below", below)
        .bind("limit", limit)
        .map((row, _) -> readVersion(row, flow))
        .list();
  }

  private static FlowVersion readVersion(ResultSet row, FlowId flow) throws SQLException {
    return new FlowVersion(
        flow,
        row.getInt("number"),
        Json.read(row.getString("definition"), FlowDefinition.class),
        Rows.instant(row, "created_at"));
  }

  private static Flow read(ResultSet row) throws SQLException {
    return new Flow(
        new FlowId(row.getObject("id", UUID.class)),
        row.getString("name"),
        FlowStatus.fromString(row.getString("status")),
        Json.read(row.getString("definition"), FlowDefinition.class),
        row.getObject("published_version", Integer.class),
        row.getInt("last_version"),
        Json.readStrings(row.getString("metadata")),
        row.getInt("version"),
        Rows.instant(row, "created_at"),
        Rows.instant(row, "updated_at"));
  }
}
