package ai.chatflow.tenancy;

import ai.chatflow.platform.db.SystemTx;
import ai.chatflow.platform.db.Where;
import ai.chatflow.platform.db.WorkspaceTx;
import ai.chatflow.platform.ids.ApiKeyId;
import ai.chatflow.platform.ids.WorkspaceId;
import java.sql.Array;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// SQL of API keys.
final class ApiKeyStore {
  private static final String COLUMNS =
      """
      k.workspace_id, k.id, w.mode, k.name, k.hint, k.scopes, k.created_at, k.updated_at,
      k.expires_at, k.revoked_at, k.last_used_at
      """;

  /// Looks a key up before its workspace is known: the one read of keys across tenants.
  Optional<ApiKey> findByHash(SystemTx tx, byte[] hash) {
    return tx.handle()
        .createQuery(
            "select "
                + COLUMNS
                + """
                from api_key k join workspace w on w.id = k.workspace_id
                where k.hash = :hash
                """)
        .bind("hash", hash)
        .map((row, _) -> read(row))
        .findOne();
  }

  void insert(WorkspaceTx tx, ApiKey key, byte[] hash) {
    insert(tx.handle(), key, hash);
  }

  /// For the first keys of a new workspace.
  void insert(SystemTx tx, ApiKey key, byte[] hash) {
    insert(tx.handle(), key, hash);
  }

  private static void insert(org.jdbi.v3.core.Handle handle, ApiKey key, byte[] hash) {
    handle
        .createUpdate(
            """
            insert into api_key
              (workspace_id, id, name, hash, hint, scopes, created_at, updated_at, expires_at)
            values
              (:workspace, :id, :name, :hash, :hint, :scopes, :created, :created, :expires)
            """)
        .bind("workspace", key.workspace().value())
        .bind("id", key.id().value())
        .bind("name", key.name())
        .bind("hash", hash)
        .bind("hint", key.hint())
        .bindArray("scopes", String.class, key.scopes().toArray())
        .bind("created", key.createdAt())
        .bind("expires", key.expiresAt())
        .execute();
  }

  Optional<ApiKey> find(WorkspaceTx tx, ApiKeyId id) {
    return tx.handle()
        .createQuery(
            "select "
                + COLUMNS
                + """
                from api_key k join workspace w on w.id = k.workspace_id
                where k.workspace_id = :workspace and k.id = :id
                """)
        .bind("workspace", tx.workspace().value())
        .bind("id", id.value())
        .map((row, _) -> read(row))
        .findOne();
  }

  List<ApiKey> list(WorkspaceTx tx, @Nullable UUID before, int limit) {
    return new Where(tx, "k.workspace_id = :workspace")
        .and("k.id < :before", "before", before)
        .page(
            "select " + COLUMNS + "from api_key k join workspace w on w.id = k.workspace_id",
            "order by k.id desc",
            limit,
            ApiKeyStore::read);
  }

  void revoke(WorkspaceTx tx, ApiKeyId id, Instant at) {
    tx.handle()
        .createUpdate(
            """
            update api_key set revoked_at = coalesce(revoked_at, :at), updated_at = :at
            where workspace_id = :workspace and id = :id
            """)
        .bind("workspace", tx.workspace().value())
        .bind("id", id.value())
        .bind("at", at)
        .execute();
  }

  /// Every node notices within a second.
  void raiseEpoch(WorkspaceTx tx) {
    tx.handle().execute("update revocation_epoch set epoch = epoch + 1");
  }

  long epoch(SystemTx tx) {
    return tx.handle().createQuery("select epoch from revocation_epoch").mapTo(Long.class).one();
  }

  /// Writes last-used times in one statement.
  void touch(SystemTx tx, Collection<Map.Entry<ApiKey, Instant>> uses) {
    tx.handle()
        .createUpdate(
            """
            update api_key k set last_used_at = u.at
            from unnest(:workspaces, :ids, :times) as u (workspace_id, id, at)
            where k.workspace_id = u.workspace_id and k.id = u.id
              and (k.last_used_at is null or k.last_used_at < u.at)
            """)
        .bindArray("workspaces", UUID.class, each(uses, u -> u.getKey().workspace().value()))
        .bindArray("ids", UUID.class, each(uses, u -> u.getKey().id().value()))
        .bindArray("times", Instant.class, each(uses, Map.Entry::getValue))
        .execute();
  }

  private static Object[] each(
      Collection<Map.Entry<ApiKey, Instant>> uses,
      java.util.function.Function<Map.Entry<ApiKey, Instant>, Object> field) {
    return uses.stream().map(field).toArray();
  }

  private static ApiKey read(ResultSet row) throws SQLException {
    return new ApiKey(
        new ApiKeyId(row.getObject("id", UUID.class)),
        new WorkspaceId(row.getObject("workspace_id", UUID.class)),
        row.getString("mode").equals("live"),
        row.getString("name"),
        row.getString("hint"),
        strings(row.getArray("scopes")),
        row.getTimestamp("created_at").toInstant(),
        row.getTimestamp("updated_at").toInstant(),
        instant(row, "expires_at"),
        instant(row, "revoked_at"),
        instant(row, "last_used_at"));
  }

  private static List<String> strings(Array array) throws SQLException {
    return List.of((String[]) array.getArray());
  }

  private static @Nullable Instant instant(ResultSet row, String column) throws SQLException {
    var value = row.getTimestamp(column);
    return value == null ? null : value.toInstant();
  }
}
