package ai.chatflow.tenancy;

import ai.chatflow.platform.db.SystemTx;
import ai.chatflow.platform.db.WorkspaceTx;
import ai.chatflow.platform.ids.OrganizationId;
import ai.chatflow.platform.ids.WorkspaceId;
import ai.chatflow.platform.json.Json;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/// SQL of organizations and workspaces.
final class WorkspaceStore {
  private static final String SELECT =
      """
      select w.id, w.organization_id, w.name, w.mode, w.metadata, w.version, w.created_at,
        w.updated_at, coalesce(w.live_workspace_id, w.test_workspace_id) as twin
      from workspace w
      """;

  Optional<Workspace> find(WorkspaceTx tx) {
    return tx.handle()
        .createQuery(SELECT + "where w.id = :workspace")
        .bind("workspace", tx.workspace().value())
        .map((row, _) -> read(row))
        .findOne();
  }

  Optional<Workspace> lock(WorkspaceTx tx) {
    return tx.handle()
        .createQuery(SELECT + "where w.id = :workspace for no key update")
        .bind("workspace", tx.workspace().value())
        .map((row, _) -> read(row))
        .findOne();
  }

  Workspace update(WorkspaceTx tx, Workspace workspace, Instant now) {
    return tx.handle()
        .createQuery(
            """
            update workspace w
            set name = :name, metadata = cast(:metadata as jsonb), version = version + 1,
              updated_at = :now
            where w.id = :workspace
            returning w.id, w.organization_id, w.name, w.mode, w.metadata, w.version, w.created_at,
              w.updated_at, coalesce(w.live_workspace_id, w.test_workspace_id) as twin
            """)
        .bind("workspace", tx.workspace().value())
        .bind("name", workspace.name())
        .bind("metadata", Json.write(workspace.metadata()))
        .bind("now", now)
        .map((row, _) -> read(row))
        .one();
  }

  Optional<Organization> organization(SystemTx tx, OrganizationId id) {
    return tx.handle()
        .createQuery("select id, name, created_at, updated_at from organization where id = :id")
        .bind("id", id.value())
        .map((row, _) -> organization(row))
        .findOne();
  }

  /// For `bootstrap`, which may run twice: the oldest organization of that name.
  Optional<Organization> organizationNamed(SystemTx tx, String name) {
    return tx.handle()
        .createQuery(
            """
            select id, name, created_at, updated_at from organization
            where name = :name order by id limit 1
            """)
        .bind("name", name)
        .map((row, _) -> organization(row))
        .findOne();
  }

  Optional<Workspace> liveNamed(SystemTx tx, OrganizationId organization, String name) {
    return tx.handle()
        .createQuery(
            SELECT
                + """
                where w.organization_id = :organization and w.name = :name and w.mode = 'live'
                order by w.id limit 1
                """)
        .bind("organization", organization.value())
        .bind("name", name)
        .map((row, _) -> read(row))
        .findOne();
  }

  void insert(SystemTx tx, Organization organization) {
    tx.handle()
        .createUpdate(
            """
            insert into organization (id, name, created_at, updated_at)
            values (:id, :name, :created, :created)
            """)
        .bind("id", organization.id().value())
        .bind("name", organization.name())
        .bind("created", organization.createdAt())
        .execute();
  }

  /// Inserts a live workspace and its test twin, and makes them point at each other.
  void insertPair(SystemTx tx, Workspace live, Workspace test) {
    insert(tx, live);
    insert(tx, test);
    tx.handle()
        .createUpdate("update workspace set test_workspace_id = :test where id = :live")
        .bind("test", test.id().value())
        .bind("live", live.id().value())
        .execute();
  }

  private static void insert(SystemTx tx, Workspace workspace) {
    tx.handle()
        .createUpdate(
            """
            insert into workspace
              (id, organization_id, name, mode, live_workspace_id, created_at, updated_at)
            values (:id, :organization, :name, :mode, :liveTwin, :created, :created)
            """)
        .bind("id", workspace.id().value())
        .bind("organization", workspace.organization().value())
        .bind("name", workspace.name())
        .bind("mode", workspace.live() ? "live" : "test")
        .bind("liveTwin", twinOfTest(workspace))
        .bind("created", workspace.createdAt())
        .execute();
  }

  private static @org.jspecify.annotations.Nullable UUID twinOfTest(Workspace workspace) {
    var twin = workspace.twin();
    return workspace.live() || twin == null ? null : twin.value();
  }

  private static Workspace read(ResultSet row) throws SQLException {
    var twin = row.getObject("twin", UUID.class);
    return new Workspace(
        new WorkspaceId(row.getObject("id", UUID.class)),
        new OrganizationId(row.getObject("organization_id", UUID.class)),
        row.getString("name"),
        row.getString("mode").equals("live"),
        twin == null ? null : new WorkspaceId(twin),
        Json.readStrings(row.getString("metadata")),
        row.getInt("version"),
        row.getTimestamp("created_at").toInstant(),
        row.getTimestamp("updated_at").toInstant());
  }

  private static Organization organization(ResultSet row) throws SQLException {
    return new Organization(
        new OrganizationId(row.getObject("id", UUID.class)),
        row.getString("name"),
        row.getTimestamp("created_at").toInstant(),
        row.getTimestamp("updated_at").toInstant());
  }
}
