package ai.chatflow.channels;

import ai.chatflow.api.model.ChannelConfig;
import ai.chatflow.api.model.ChannelStatus;
import ai.chatflow.api.model.ChannelType;
import ai.chatflow.api.model.MessageError;
import ai.chatflow.platform.crypto.SecretBox;
import ai.chatflow.platform.db.Where;
import ai.chatflow.platform.db.WorkspaceTx;
import ai.chatflow.platform.ids.ChannelId;
import ai.chatflow.platform.ids.HookId;
import ai.chatflow.platform.json.Json;
import java.nio.charset.StandardCharsets;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.statement.SqlStatement;
import org.jdbi.v3.core.statement.UnableToExecuteStatementException;
import org.jspecify.annotations.Nullable;

/// SQL of channels.
final class ChannelStore {
  private static final String CREDENTIAL = "channel.credential";
  private static final String UNIQUE_VIOLATION = "23505";
  private static final String SELECT =
      """
      select id, type, account, account_group, name, status, problem, config, hook_id,
        credential, send_rate_per_second, metadata, version, created_at, updated_at
      from channel
      """;

  private final SecretBox secrets;

  ChannelStore(SecretBox secrets) {
    this.secrets = secrets;
  }

  Optional<Channel> find(WorkspaceTx tx, ChannelId id) {
    return one(tx, id, "where workspace_id = :workspace and id = :id");
  }

  List<Channel> findAll(WorkspaceTx tx, Collection<ChannelId> ids) {
    return tx.handle()
        .createQuery(SELECT + "where workspace_id = :workspace and id = any(:ids)")
        .bind("workspace", tx.workspace())
        .bindArray("ids", ChannelId.class, ids.toArray())
        .map((row, _) -> read(tx, row))
        .list();
  }

  /// What decides on what a channel can carry.
  record Kind(ChannelType type, ChannelConfig config) {}

  /// The kinds of channels, without all that would have to be decrypted.
  Map<ChannelId, Kind> kinds(WorkspaceTx tx, Collection<ChannelId> ids) {
    var kinds = new HashMap<ChannelId, Kind>();
    tx.query(
        """
        select id, type, config from channel
        where workspace_id = :workspace and id = any(:ids)
        """,
        values ->
            values
                .bind("workspace", tx.workspace())
                .bindArray("ids", ChannelId.class, ids.toArray()),
        row ->
            kinds.put(
                new ChannelId(row.getObject("id", UUID.class)),
                new Kind(
                    ChannelType.fromString(row.getString("type")),
                    Json.read(row.getString("config"), ChannelConfig.class))));
    return kinds;
  }

  Optional<Channel> ofGroup(WorkspaceTx tx, ChannelType type, String group) {
    return tx.handle()
        .createQuery(
            SELECT
                + """
                where workspace_id = :workspace and type = :type and account_group = :group
                order by status = 'disconnected', id limit 1
                """)
        .bind("workspace", tx.workspace())
        .bind("type", type.value())
        .bind("group", group)
        .map((row, _) -> read(tx, row))
        .findOne();
  }

  Optional<Channel> lock(WorkspaceTx tx, ChannelId id) {
    return one(tx, id, "where workspace_id = :workspace and id = :id for no key update");
  }

  /// Newest first.
  List<Channel> list(WorkspaceTx tx, @Nullable ChannelType type, @Nullable UUID before, int limit) {
    return new Where(tx, "workspace_id = :workspace")
        .and("type = :type", "type", type == null ? null : type.value())
        .and("id < :before", "before", before)
        .query(SELECT, "order by id desc limit :limit")
        .bind("limit", limit)
        .map((row, _) -> read(tx, row))
        .list();
  }

  /// Returns false when another channel of the workspace has this number.
  boolean insert(WorkspaceTx tx, Channel channel) {
    var insert =
        tx.handle()
            .createUpdate(
                """
                insert into channel (workspace_id, id, type, name, status, problem, account,
                  account_group, config, hook_id, credential, send_rate_per_second, metadata,
                  version, created_at, updated_at)
                values (:workspace, :id, :type, :name, :status, cast(:problem as jsonb), :account,
                  :group, cast(:config as jsonb), :hook, :credential, :rate,
                  cast(:metadata as jsonb), :version, :created, :updated)
                on conflict (workspace_id, type, account) do nothing
                """);
    return bind(tx, insert, channel).bind("created", channel.createdAt()).execute() == 1;
  }

  /// Returns false when another channel of the workspace has this number; the transaction can then
  /// only be given up.
  boolean update(WorkspaceTx tx, Channel channel) {
    var update =
        tx.handle()
            .createUpdate(
                """
                update channel
                set name = :name, status = :status, problem = cast(:problem as jsonb),
                  account = :account, account_group = :group, config = cast(:config as jsonb),
                  hook_id = :hook, credential = :credential, send_rate_per_second = :rate,
                  metadata = cast(:metadata as jsonb), version = :version, updated_at = :updated
                where workspace_id = :workspace and id = :id and type = :type
                """);
    try {
      bind(tx, update, channel).execute();
      return true;
    } catch (UnableToExecuteStatementException e) {
      // only the number is unique and can change: another transaction took it a moment ago, or long
      if (e.getCause() instanceof SQLException cause
          && UNIQUE_VIOLATION.equals(cause.getSQLState())) {
        return false;
      }
      throw e;
    }
  }

  void delete(WorkspaceTx tx, ChannelId id) {
    tx.handle()
        .createUpdate("delete from channel where workspace_id = :workspace and id = :id")
        .bind("workspace", tx.workspace())
        .bind("id", id)
        .execute();
  }

  private Optional<Channel> one(WorkspaceTx tx, ChannelId id, String where) {
    return tx.handle()
        .createQuery(SELECT + where)
        .bind("workspace", tx.workspace())
        .bind("id", id)
        .map((row, _) -> read(tx, row))
        .findOne();
  }

  private <S extends SqlStatement<S>> S bind(WorkspaceTx tx, S statement, Channel channel) {
    return statement
        .bind("workspace", tx.workspace())
        .bind("id", channel.id())
        .bind("type", channel.type().value())
        .bind("name", channel.name())
        .bind("status", channel.status().value())
        .bind("problem", channel.problem() == null ? null : Json.write(channel.problem()))
        .bind("account", channel.account())
        .bind("group", channel.accountGroup())
        .bind("config", Json.write(channel.config()))
        .bind("hook", channel.hook() == null ? null : channel.hook().value())
        .bind("credential", sealed(tx, channel.credential()))
        .bind("rate", channel.sendRatePerSecond())
        .bind("metadata", Json.write(channel.metadata()))
        .bind("version", channel.version())
        .bind("updated", channel.updatedAt());
  }

  private Channel read(WorkspaceTx tx, ResultSet row) throws SQLException {
    UUID hook = row.getObject("hook_id", UUID.class);
    String problem = row.getString("problem");
    return new Channel(
        tx.workspace(),
        new ChannelId(row.getObject("id", UUID.class)),
        ChannelType.fromString(row.getString("type")),
        row.getString("account"),
        row.getString("account_group"),
        row.getString("name"),
        ChannelStatus.fromString(row.getString("status")),
        problem == null ? null : Json.read(problem, MessageError.class),
        Json.read(row.getString("config"), ChannelConfig.class),
        hook == null ? null : new HookId(hook),
        opened(tx, row.getBytes("credential")),
        row.getInt("send_rate_per_second"),
        Json.readStrings(row.getString("metadata")),
        row.getInt("version"),
        row.getObject("created_at", OffsetDateTime.class).toInstant(),
        row.getObject("updated_at", OffsetDateTime.class).toInstant());
  }

  private byte @Nullable [] sealed(WorkspaceTx tx, @Nullable Secret secret) {
    if (secret == null) {
      return null;
    }
    byte[] plain = secret.reveal().getBytes(StandardCharsets.UTF_8);
    return secrets.seal(tx.workspace(), CREDENTIAL, plain);
  }

  private @Nullable Secret opened(WorkspaceTx tx, byte @Nullable [] sealed) {
    if (sealed == null) {
      return null;
    }
    byte[] plain = secrets.open(tx.workspace(), CREDENTIAL, sealed);
    return new Secret(new String(plain, StandardCharsets.UTF_8));
  }
}
