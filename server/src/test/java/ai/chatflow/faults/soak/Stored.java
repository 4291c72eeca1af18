package ai.chatflow.faults.soak;

import ai.chatflow.load.Sql;
import ai.chatflow.platform.ids.MessageId;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;

/// What PostgreSQL holds of some workspaces, seen by its owner.
final class Stored {
  private final Sql sql;
  private final String of;

  Stored(Sql sql, Collection<Tenant> tenants) {
    this.sql = sql;
    this.of =
        tenants.stream()
            .map(tenant -> "'" + tenant.workspace().value() + "'")
            .collect(Collectors.joining(",", " workspace_id in (", ") "));
  }

  Stored(Sql sql, Tenant tenant) {
    this(sql, List.of(tenant));
  }

  long count(String table, String where) {
    return sql.number("select count(*) from " + table + " where" + of + "and " + where);
  }

  /// How much waits for a lane, for an endpoint, or for what the provider says.
  long open() {
    long open = 0;
    for (var queue :
        List.of("send_queue", "scheduled_send", "inbound_queue", "event_queue", "receipt_queue")) {
      open += count(queue, "true");
    }
    return open
        + count("webhook_delivery", "status = 'pending'")
        + count("message", "direction = 'outbound' and status in ('queued', 'scheduled', 'sent')")
        + sql.number(
            "select count(*) from webhook_progress p join event_head h using (workspace_id) where"
                + of
                + "and p.position < h.position");
  }

  List<String> inbound() {
    return sql.lines("select provider_id from message where" + of + "and direction = 'inbound'");
  }

  Set<String> outboundIn(String statuses) {
    return sql
        .lines(
            "select id from message where"
                + of
                + "and direction = 'outbound' and status in ("
                + statuses
                + ")")
        .stream()
        .map(id -> new MessageId(UUID.fromString(id)).toString())
        .collect(Collectors.toCollection(HashSet::new));
  }

  /// The key of each message that the API made.
  List<String> keys() {
    return sql.lines(
        "select metadata ->> 'key' from message where" + of + "and metadata ->> 'key' is not null");
  }

  List<Long> positions() {
    return sql.lines("select position from event where" + of + "order by position").stream()
        .map(Long::parseLong)
        .toList();
  }

  /// Messages that the log calls received, each as often as it does.
  List<String> receivedInLog() {
    return sql.lines(
        "select data -> 'message' ->> 'id' from event where"
            + of
            + "and type = 'message.received'");
  }
}
