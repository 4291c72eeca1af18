package ai.chatflow.webhooks.endpoints;

import ai.chatflow.api.model.Condition;
import ai.chatflow.api.model.WebhookDisabledReason;
import ai.chatflow.platform.db.Rows;
import ai.chatflow.platform.db.Where;
import ai.chatflow.platform.db.WorkspaceTx;
import ai.chatflow.platform.ids.ChannelId;
import ai.chatflow.platform.ids.WebhookEndpointId;
import ai.chatflow.platform.json.Json;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import org.jdbi.v3.core.statement.SqlStatement;
import org.jspecify.annotations.Nullable;

/// SQL of endpoints and how they do.
public final class EndpointStore {
  private static final String SELECT =
      """
      select id, url, description, event_types, channel_ids, condition, status, disabled_reason,
        rate_per_second, notify_emails, metadata, version, created_at, updated_at
      from webhook_endpoint
      """;

  public Optional<Endpoint> find(WorkspaceTx tx, WebhookEndpointId id) {
    return one(tx, id, "where workspace_id = :workspace and id = :id");
  }

  public Optional<Endpoint> lock(WorkspaceTx tx, WebhookEndpointId id) {
    return one(tx, id, "where workspace_id = :workspace and id = :id for no key update");
  }

  private static Optional<Endpoint> one(WorkspaceTx tx, WebhookEndpointId id, String where) {
    return tx.handle()
        .createQuery(SELECT + where)
        .bind("workspace", tx.workspace())
        .bind("id", id)
        .map((row, _) -> read(row))
        .findOne();
  }

  /// Newest first, from before `before`.
  List<Endpoint> list(WorkspaceTx tx, @Nullable UUID before, int limit) {
    return new Where(tx, "workspace_id = :workspace")
        .and("id < :before", "before", before)
        .query(SELECT, "order by id desc limit :limit")
        .bind("limit", limit)
        .map((row, _) -> read(row))
        .list();
  }

  /// Tells of those that events are sent to, or that are tried now and then, before the transaction
  /// has ended.
  public void active(WorkspaceTx tx, Consumer<WebhookEndpointId> each) {
    tx.later(
        """
        select id from webhook_endpoint
        where workspace_id = :workspace
          and (disabled_reason is null or disabled_reason = 'failing')
        """,
        values -> values.bind("workspace", tx.workspace()),
        rows -> {
          while (rows.next()) {
            each.accept(new WebhookEndpointId(rows.getObject("id", UUID.class)));
          }
        });
  }

  void insert(WorkspaceTx tx, Endpoint endpoint, byte[] secret, long position) {
    bind(
            tx.handle()
                .createUpdate(
                    """
                    insert into webhook_endpoint
                      (workspace_id, id, url, description, event_types, channel_ids, condition,
                       status, disabled_reason, rate_per_second, notify_emails, metadata, secret,
                       version, created_at, updated_at)
                    values
                      (:workspace, :id, :url, :description, :types, :channels,
                       cast(:condition as jsonb), :status, :reason, :rate, :notify,
                       cast(:metadata as jsonb), :secret, :version, :created, :updated)
                    """),
            tx,
            endpoint)
        .bind("secret", secret)
        .bind("created", endpoint.createdAt())
        .execute();
    tx.handle()
        .createUpdate(
            """
            insert into webhook_progress (workspace_id, endpoint_id, position)
            values (:workspace, :id, :position)
            """)
        .bind("workspace", tx.workspace())
        .bind("id", endpoint.id())
        .bind("position", position)
        .execute();
  }

  void update(WorkspaceTx tx, Endpoint endpoint) {
    bind(
            tx.handle()
                .createUpdate(
                    """
                    update webhook_endpoint
                    set url = :url, description = :description, event_types = :types,
                      channel_ids = :channels, condition = cast(:condition as jsonb),
                      status = :status, disabled_reason = :reason, rate_per_second = :rate,
                      notify_emails = :notify, metadata = cast(:metadata as jsonb), version = :version,
                      updated_at = :updated
                    where workspace_id = :workspace and id = :id
                    """),
            tx,
            endpoint)
        .execute();
  }

  private static <S extends SqlStatement<S>> S bind(S statement, WorkspaceTx tx, Endpoint e) {
    var condition = e.wants().condition();
    var reason = e.disabledReason();
    return statement
        .bind("workspace", tx.workspace())
        .bind("id", e.id())
        .bind("url", e.url())
        .bind("description", e.description())
        .bindArray("types", String.class, e.wants().types())
        .bindArray("channels", ChannelId.class, e.wants().channels())
        .bind("condition", condition == null ? null : Json.write(condition))
        .bind("status", reason == null ? "enabled" : "disabled")
        .bind("reason", reason == null ? null : reason.value())
        .bind("rate", e.ratePerSecond())
        .bindArray("notify", String.class, e.notifyEmails())
        .bind("metadata", Json.write(e.metadata()))
        .bind("version", e.version())
        .bind("updated", e.updatedAt());
  }

  /// What is to be sent again goes with it.
  void delete(WorkspaceTx tx, WebhookEndpointId id) {
    tx.handle()
        .createUpdate("delete from webhook_endpoint where workspace_id = :workspace and id = :id")
        .bind("workspace", tx.workspace())
        .bind("id", id)
        .execute();
  }

  void rotate(WorkspaceTx tx, WebhookEndpointId id, byte[] secret, Instant oldUntil) {
    tx.handle()
        .createUpdate(
            """
            update webhook_endpoint
            set old_secret = secret, old_secret_until = :until, secret = :secret
            where workspace_id = :workspace and id = :id
            """)
        .bind("workspace", tx.workspace())
        .bind("id", id)
        .bind("secret", secret)
        .bind("until", oldUntil)
        .execute();
  }

  /// The sealed secrets that count at a time, the newest first.
  public List<byte[]> secrets(WorkspaceTx tx, WebhookEndpointId id, Instant now) {
    return tx.handle()
        .createQuery(
            """
            select secret, case when old_secret_until > :now then old_secret end as old_secret
            from webhook_endpoint where workspace_id = :workspace and id = :id
            """)
        .bind("workspace", tx.workspace())
        .bind("id", id)
        .bind("now", now)
        .map(
            (row, _) -> {
              var secrets = new ArrayList<byte[]>();
              secrets.add(row.getBytes("secret"));
              byte[] old = row.getBytes("old_secret");
              if (old != null) {
                secrets.add(old);
              }
              return List.copyOf(secrets);
            })
        .one();
  }

  public Progress progress(WorkspaceTx tx, WebhookEndpointId id) {
    var found = progress(tx, List.of(id)).get(id);
    return found == null ? Progress.well(0) : found;
  }

  Map<WebhookEndpointId, Progress> progress(WorkspaceTx tx, Collection<WebhookEndpointId> ids) {
    var found = new HashMap<WebhookEndpointId, Progress>();
    tx.handle()
        .createQuery(
            """
            select endpoint_id, position, failing_since, failures, warned, paused_until
            from webhook_progress
            where workspace_id = :workspace and endpoint_id = any(:ids)
            """)
        .bind("workspace", tx.workspace())
        .bindArray("ids", WebhookEndpointId.class, ids)
        .map(
            (row, _) ->
                found.put(
                    new WebhookEndpointId(row.getObject("endpoint_id", UUID.class)),
                    new Progress(
                        row.getLong("position"),
                        optional(row, "failing_since"),
                        row.getInt("failures"),
                        row.getInt("warned"),
                        optional(row, "paused_until"))))
        .list();
    return found;
  }

  /// The position never goes back: another node may have been faster.
  public void keep(WorkspaceTx tx, WebhookEndpointId id, Progress progress) {
    tx.handle()
        .createUpdate(
            """
            update webhook_progress
            set position = greatest(position, :position), failing_since = :since,
              failures = :failures, warned = :warned, paused_until = :paused
            where workspace_id = :workspace and endpoint_id = :id
            """)
        .bind("workspace", tx.workspace())
        .bind("id", id)
        .bind("position", progress.position())
        .bind("since", progress.failingSince())
        .bind("failures", progress.failures())
        .bind("warned", progress.warned())
        .bind("paused", progress.pausedUntil())
        .execute();
  }

  /// It may be tried at once, whatever came of the last calls.
  public void resume(WorkspaceTx tx, WebhookEndpointId id) {
    tx.handle()
        .createUpdate(
            """
            update webhook_progress set paused_until = null
            where workspace_id = :workspace and endpoint_id = :id
            """)
        .bind("workspace", tx.workspace())
        .bind("id", id)
        .execute();
  }

  private static Endpoint read(ResultSet row) throws SQLException {
    var condition = row.getString("condition");
    var reason = row.getString("disabled_reason");
    return new Endpoint(
        new WebhookEndpointId(row.getObject("id", UUID.class)),
        row.getString("url"),
        row.getString("description"),
        new Endpoint.Wants(
            List.of((String[]) row.getArray("event_types").getArray()),
            Arrays.stream((UUID[]) row.getArray("channel_ids").getArray())
                .map(ChannelId::new)
                .toList(),
            condition == null ? null : Json.read(condition, Condition.class)),
        reason == null ? null : WebhookDisabledReason.fromString(reason),
        row.getObject("rate_per_second", Integer.class),
        List.of((String[]) row.getArray("notify_emails").getArray()),
        Json.readStrings(row.getString("metadata")),
        row.getInt("version"),
        Rows.instant(row, "created_at"),
        Rows.instant(row, "updated_at"));
  }

  private static @Nullable Instant optional(ResultSet row, String column) throws SQLException {
    var at = row.getObject(column, OffsetDateTime.class);
    return at == null ? null : at.toInstant();
  }
}
