package ai.chatflow.webhooks.delivery;

import ai.chatflow.platform.db.Rows;
import ai.chatflow.platform.db.SystemTx;
import ai.chatflow.platform.db.Where;
import ai.chatflow.platform.db.WorkspaceTx;
import ai.chatflow.platform.ids.EventId;
import ai.chatflow.platform.ids.WebhookDeliveryId;
import ai.chatflow.platform.ids.WebhookEndpointId;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.statement.Query;
import org.jspecify.annotations.Nullable;

/// SQL of deliveries: what waits for another try, and what is dead.
public final class DeliveryStore {
  /// A row. `sample` is the whole event of a test, which is in no log.
  public record Delivery(
      WebhookDeliveryId id,
      WebhookEndpointId endpoint,
      @Nullable Long position,
      EventId event,
      String type,
      @Nullable String sample,
      boolean dead,
      int attempts,
      Instant dueAt,
      @Nullable String lastError,
      Instant createdAt,
      Instant updatedAt) {}

  private static final String SELECT =
      """
      select id, endpoint_id, position, event_id, event_type, sample, status, attempts, due_at,
        last_error, created_at, updated_at
      from webhook_delivery
      """;

  private static final String OF_ENDPOINT =
      SELECT + "where workspace_id = :workspace and endpoint_id = :endpoint";

  private static final String IN_SPAN =
      """
      from webhook_delivery
      where workspace_id = :workspace and endpoint_id = :endpoint and id > :after
        and created_at >= :since and created_at <= :until
      """;

  List<Delivery> due(WorkspaceTx tx, WebhookEndpointId endpoint, Instant now, int limit) {
    return tx.handle()
        .createQuery(
            OF_ENDPOINT + " and status = 'pending' and due_at <= :now order by due_at limit :limit")
        .bind("workspace", tx.workspace())
        .bind("endpoint", endpoint)
        .bind("now", now)
        .bind("limit", limit)
        .map((row, _) -> read(row))
        .list();
  }

  /// Newest first, from before `before`.
  List<Delivery> list(
      WorkspaceTx tx,
      WebhookEndpointId endpoint,
      @Nullable String status,
      @Nullable UUID before,
      int limit) {
    return new Where(tx, "workspace_id = :workspace")
        .and("endpoint_id = :endpoint", "endpoint", endpoint)
        .and("status = :status", "status", status)
        .and("id < :before", "before", before)
        .page(SELECT, "order by id desc", limit, DeliveryStore::read);
  }

  /// The delivery of an event.
  Delivery of(WorkspaceTx tx, WebhookEndpointId endpoint, long position) {
    return tx.handle()
        .createQuery(OF_ENDPOINT + " and position = :position")
        .bind("workspace", tx.workspace())
        .bind("endpoint", endpoint)
        .bind("position", position)
        .map((row, _) -> read(row))
        .one();
  }

  Optional<Instant> earliestDue(WorkspaceTx tx, WebhookEndpointId endpoint) {
    return tx.handle()
        .createQuery(
            """
            select min(due_at) as due from webhook_delivery
            where workspace_id = :workspace and endpoint_id = :endpoint and status = 'pending'
            """)
        .bind("workspace", tx.workspace())
        .bind("endpoint", endpoint)
        .mapTo(Instant.class)
        .findOne();
  }

  /// Whether at least `many` wait.
  boolean waiting(WorkspaceTx tx, WebhookEndpointId endpoint, int many) {
    return tx.handle()
            .createQuery(
                """
                select count(*) from (
                  select from webhook_delivery
                  where workspace_id = :workspace and endpoint_id = :endpoint
                    and status = 'pending'
                  limit :many) as waiting
                """)
            .bind("workspace", tx.workspace())
            .bind("endpoint", endpoint)
            .bind("many", many)
            .mapTo(Integer.class)
            .one()
        >= many;
  }

  /// Adds them, or, for events that have a delivery already, begins that anew.
  void upsert(WorkspaceTx tx, Collection<Delivery> deliveries) {
    var rows = List.copyOf(deliveries);
    tx.handle()
        .createUpdate(
            """
            insert into webhook_delivery
              (workspace_id, endpoint_id, id, position, event_id, event_type, sample, status,
               attempts, due_at, last_error, created_at, updated_at)
            select :workspace, n.endpoint, n.id, n.position, n.event, n.type, n.sample,
              'pending', n.attempts, n.due, n.error, n.created, n.created
            from unnest(:endpoints, :ids, :positions, :events, :types, :samples, :attempts, :dues,
              :errors, :created)
              as n (endpoint, id, position, event, type, sample, attempts, due, error, created)
            order by n.id
            on conflict (workspace_id, endpoint_id, position) do update
            set status = 'pending', attempts = excluded.attempts, due_at = excluded.due_at,
              last_error = coalesce(excluded.last_error, webhook_delivery.last_error),
              updated_at = excluded.updated_at
            """)
        .bind("workspace", tx.workspace())
        .bindArray(
            "endpoints", WebhookEndpointId.class, rows.stream().map(Delivery::endpoint).toArray())
        .bindArray("ids", WebhookDeliveryId.class, rows.stream().map(Delivery::id).toArray())
        .bindArray("positions", Long.class, rows.stream().map(Delivery::position).toArray())
        .bindArray("events", EventId.class, rows.stream().map(Delivery::event).toArray())
        .bindArray("types", String.class, rows.stream().map(Delivery::type).toArray())
        .bindArray("samples", String.class, rows.stream().map(Delivery::sample).toArray())
        .bindArray("attempts", Integer.class, rows.stream().map(Delivery::attempts).toArray())
        .bindArray("dues", Instant.class, rows.stream().map(Delivery::dueAt).toArray())
        .bindArray("errors", String.class, rows.stream().map(Delivery::lastError).toArray())
        .bindArray("created", Instant.class, rows.stream().map(Delivery::createdAt).toArray())
        .execute();
  }

  void delete(
      WorkspaceTx tx, WebhookEndpointId endpoint, Collection<WebhookDeliveryId> deliveries) {
    if (deliveries.isEmpty()) {
      return;
    }
    tx.handle()
        .createUpdate(
            """
            delete from webhook_delivery
            where workspace_id = :workspace and endpoint_id = :endpoint and id = any(:ids)
            """)
        .bind("workspace", tx.workspace())
        .bind("endpoint", endpoint)
        .bindArray("ids", WebhookDeliveryId.class, deliveries)
        .execute();
  }

  /// What became of a try that failed: when the next is due, or never.
  record Again(WebhookDeliveryId id, int attempts, @Nullable Instant dueAt, String error) {}

  void postpone(WorkspaceTx tx, WebhookEndpointId endpoint, List<Again> failed, Instant now) {
    if (failed.isEmpty()) {
      return;
    }
    tx.handle()
        .createUpdate(
            """
            update webhook_delivery d
            set attempts = n.attempts, due_at = coalesce(n.due, d.due_at), last_error = n.error,
              status = case when n.due is null then 'dead' else 'pending' end, updated_at = :now
            from unnest(:ids, :attempts, :dues, :errors) as n (id, attempts, due, error)
            where d.workspace_id = :workspace and d.endpoint_id = :endpoint and d.id = n.id
            """)
        .bind("workspace", tx.workspace())
        .bind("endpoint", endpoint)
        .bind("now", now)
        .bindArray("ids", WebhookDeliveryId.class, failed.stream().map(Again::id).toArray())
        .bindArray("attempts", Integer.class, failed.stream().map(Again::attempts).toArray())
        .bindArray("dues", Instant.class, failed.stream().map(Again::dueAt).toArray())
        .bindArray("errors", String.class, failed.stream().map(Again::error).toArray())
        .execute();
  }

  /// Deliveries of an endpoint that were made in a span of time, after an id.
  record Span(WebhookEndpointId endpoint, Instant since, Instant until, WebhookDeliveryId after) {}

  /// How many there are; of more than `most`, `most`.
  long count(WorkspaceTx tx, Span span, int most) {
    return bind(tx, span, "select count(*) from (select 1 " + IN_SPAN + " limit :limit) as counted")
        .bind("limit", most)
        .mapTo(Long.class)
        .one();
  }

  /// The first of them by id, locked.
  List<WebhookDeliveryId> lock(WorkspaceTx tx, Span span, int limit) {
    return bind(tx, span, "select id " + IN_SPAN + " order by id limit :limit for no key update")
        .bind("limit", limit)
        .mapTo(UUID.class)
        .map(WebhookDeliveryId::new)
        .list();
  }

  private static Query bind(WorkspaceTx tx, Span span, String sql) {
    return tx.handle()
        .createQuery(sql)
        .bind("workspace", tx.workspace())
        .bind("endpoint", span.endpoint())
        .bind("after", span.after())
        .bind("since", span.since())
        .bind("until", span.until());
  }

  /// They are due at once, with all their tries before them.
  void beginAnew(
      WorkspaceTx tx, WebhookEndpointId endpoint, List<WebhookDeliveryId> ids, Instant now) {
    tx.handle()
        .createUpdate(
            """
            update webhook_delivery
            set status = 'pending', attempts = 0, due_at = :now, updated_at = :now
            where workspace_id = :workspace and endpoint_id = :endpoint and id = any(:ids)
            """)
        .bind("workspace", tx.workspace())
        .bind("endpoint", endpoint)
        .bindArray("ids", WebhookDeliveryId.class, ids)
        .bind("now", now)
        .execute();
  }

  /// A piece of the event log, as far as it is younger than a time.
  ///
  /// @param to the position after it
  record Stretch(Instant since, long from, long to) {}

  /// The positions of events in a stretch that neither an attempt nor a delivery of the endpoint
  /// knows of. No `types` means all. The stretch is said of each table, so that none is read beyond
  /// it.
  List<Long> missing(
      WorkspaceTx tx, WebhookEndpointId endpoint, Stretch stretch, List<String> types) {
    return tx.handle()
        .createQuery(
            """
            select e.position from event e
            where e.workspace_id = :workspace and e.position >= :from and e.position < :to
              and e.created_at >= :since
              and (cardinality(:types) = 0 or e.type = any(:types))
              and not exists (
                select from webhook_delivery d
                where d.workspace_id = :workspace and d.endpoint_id = :endpoint
                  and d.position >= :from and d.position < :to and d.position = e.position)
              and not exists (
                select from webhook_attempt a
                where a.workspace_id = :workspace and a.endpoint_id = :endpoint
                  and a.position >= :from and a.position < :to and a.position = e.position
                  and a.succeeded)
            """)
        .bind("workspace", tx.workspace())
        .bind("endpoint", endpoint)
        .bind("since", stretch.since())
        .bind("from", stretch.from())
        .bind("to", stretch.to())
        .bindArray("types", String.class, types)
        .mapTo(Long.class)
        .list();
  }

  /// The endpoints that have something due. The `offset` keeps the planner from reading all
  /// deliveries that are, instead of one of each endpoint.
  List<Map.Entry<UUID, UUID>> overdue(SystemTx tx, Instant now, int limit) {
    return tx.handle()
        .createQuery(
            """
            select e.workspace_id, e.id
            from webhook_endpoint e
            join webhook_progress p on p.workspace_id = e.workspace_id and p.endpoint_id = e.id
            left join event_head h on h.workspace_id = e.workspace_id
            where (e.disabled_reason is null or e.disabled_reason = 'failing')
              and (p.paused_until is null or p.paused_until <= :now)
              and (h.position > p.position or exists (
                select from webhook_delivery d
                where d.workspace_id = e.workspace_id and d.endpoint_id = e.id
                  and d.status = 'pending' and d.due_at <= :now offset 0))
            limit :limit
            """)
        .bind("now", now)
        .bind("limit", limit)
        .map(
            (row, _) ->
                Map.entry(
                    row.getObject("workspace_id", UUID.class), row.getObject("id", UUID.class)))
        .list();
  }

  private static Delivery read(ResultSet row) throws SQLException {
    return new Delivery(
        new WebhookDeliveryId(row.getObject("id", UUID.class)),
        new WebhookEndpointId(row.getObject("endpoint_id", UUID.class)),
        row.getObject("position", Long.class),
        new EventId(row.getObject("event_id", UUID.class)),
        row.getString("event_type"),
        row.getString("sample"),
        row.getString("status").equals("dead"),
        row.getInt("attempts"),
        Rows.instant(row, "due_at"),
        row.getString("last_error"),
        Rows.instant(row, "created_at"),
        Rows.instant(row, "updated_at"));
  }
}
