package ai.chatflow.webhooks.delivery;

import ai.chatflow.platform.db.Rows;
import ai.chatflow.platform.db.Where;
import ai.chatflow.platform.db.WorkspaceTx;
import ai.chatflow.platform.ids.EventId;
import ai.chatflow.platform.ids.IdGenerator;
import ai.chatflow.platform.ids.WebhookAttemptId;
import ai.chatflow.platform.ids.WebhookEndpointId;
import ai.chatflow.webhooks.delivery.Call.Result;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// SQL of attempts: what was posted and what came back.
public final class AttemptStore {
  static final int LONGEST_BODY = 1_000;

  private static final String SELECT =
      """
      select id, endpoint_id, position, event_id, event_type, attempt, succeeded,
        response_status, response_body, error, duration_ms, created_at
      from webhook_attempt
      """;

  /// A row.
  public record Attempt(
      WebhookAttemptId id,
      WebhookEndpointId endpoint,
      @Nullable Long position,
      EventId event,
      String type,
      int attempt,
      boolean succeeded,
      @Nullable Integer status,
      @Nullable String body,
      @Nullable String error,
      int durationMs,
      Instant createdAt) {}

  void insert(WorkspaceTx tx, WebhookEndpointId endpoint, List<Result> results, IdGenerator ids) {
    tx.handle()
        .createUpdate(
            """
            insert into webhook_attempt
              (workspace_id, endpoint_id, id, position, event_id, event_type, attempt, succeeded,
               response_status, response_body, error, duration_ms, created_at)
            select :workspace, :endpoint, n.id, n.position, n.event, n.type, n.attempt,
              n.succeeded, n.status, n.body, n.error, n.took, n.created
            from unnest(:ids, :positions, :events, :types, :attempts, :succeeded, :statuses,
              :bodies, :errors, :took, :created)
              as n (id, position, event, type, attempt, succeeded, status, body, error, took,
                created)
            """)
        .bind("workspace", tx.workspace())
        .bind("endpoint", endpoint)
        .bindArray("ids", UUID.class, results.stream().map(_ -> ids.next()).toArray())
        .bindArray(
            "positions", Long.class, results.stream().map(r -> r.call().position()).toArray())
        .bindArray("events", EventId.class, results.stream().map(r -> r.call().event()).toArray())
        .bindArray("types", String.class, results.stream().map(r -> r.call().type()).toArray())
        .bindArray(
            "attempts", Integer.class, results.stream().map(r -> r.call().attempt()).toArray())
        .bindArray("succeeded", Boolean.class, results.stream().map(Result::succeeded).toArray())
        .bindArray("statuses", Integer.class, results.stream().map(Result::status).toArray())
        .bindArray("bodies", String.class, results.stream().map(AttemptStore::kept).toArray())
        .bindArray("errors", String.class, results.stream().map(Result::error).toArray())
        .bindArray(
            "took", Integer.class, results.stream().map(r -> (int) r.took().toMillis()).toArray())
        .bindArray("created", Instant.class, results.stream().map(Result::at).toArray())
        .execute();
  }

  /// PostgreSQL keeps no NUL in a text.
  private static @Nullable String kept(Result result) {
    var body = result.body();
    if (body == null) {
      return null;
    }
    var short_ = body.length() > LONGEST_BODY ? body.substring(0, LONGEST_BODY) : body;
    return short_.replace('\u0000', '\uFFFD');
  }

  /// Newest first, from before `before`.
  List<Attempt> list(
      WorkspaceTx tx,
      WebhookEndpointId endpoint,
      @Nullable Boolean succeeded,
      @Nullable UUID before,
      int limit) {
    return new Where(tx, "workspace_id = :workspace" + which(succeeded))
        .and("endpoint_id = :endpoint", "endpoint", endpoint)
        .and("id < :before", "before", before)
        .page(SELECT, "order by id desc", limit, AttemptStore::read);
  }

  /// Said in words, not by a parameter: the failed ones have an index of their own.
  private static String which(@Nullable Boolean succeeded) {
    if (succeeded == null) {
      return "";
    }
    return succeeded ? " and succeeded" : " and not succeeded";
  }

  private static Attempt read(ResultSet row) throws SQLException {
    return new Attempt(
        new WebhookAttemptId(row.getObject("id", UUID.class)),
        new WebhookEndpointId(row.getObject("endpoint_id", UUID.class)),
        row.getObject("position", Long.class),
        new EventId(row.getObject("event_id", UUID.class)),
        row.getString("event_type"),
        row.getInt("attempt"),
        row.getBoolean("succeeded"),
        row.getObject("response_status", Integer.class),
        row.getString("response_body"),
        row.getString("error"),
        row.getInt("duration_ms"),
        Rows.instant(row, "created_at"));
  }
}
