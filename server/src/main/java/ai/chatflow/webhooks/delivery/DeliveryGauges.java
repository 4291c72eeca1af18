package ai.chatflow.webhooks.delivery;

import ai.chatflow.platform.db.Db;
import ai.chatflow.platform.telemetry.Telemetry;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// What all endpoints together show of themselves at each scrape.
public final class DeliveryGauges {
  private static final List<String> STATES = List.of("well", "failing", "open", "disabled");
  private static final List<String> STATUSES = List.of("pending", "dead");

  private final Db db;

  private DeliveryGauges(Db db) {
    this.db = db;
  }

  public static void watch(Telemetry telemetry, Db db) {
    var gauges = new DeliveryGauges(db);
    telemetry.watch("chatflow_webhook_endpoints", "Webhook endpoints", "state", gauges::endpoints);
    telemetry.watch(
        "chatflow_webhook_deliveries",
        "Deliveries that wait for another try or are dead",
        "status",
        gauges::deliveries);
    telemetry.watch(
        "chatflow_webhook_lag_events",
        "Events that the enabled endpoint which is furthest behind has yet to look at",
        gauges::lag);
  }

  private Map<String, Double> endpoints() {
    return counted(
        STATES,
        """
        select case
            when e.disabled_reason is not null then 'disabled'
            when p.failures >= %d then 'open'
            when p.failing_since is not null then 'failing'
            else 'well' end,
          count(*)
        from webhook_endpoint e
        join webhook_progress p on p.workspace_id = e.workspace_id and p.endpoint_id = e.id
        group by 1
        """
            .formatted(Health.OPENS));
  }

  private Map<String, Double> deliveries() {
    return counted(STATUSES, "select status, count(*) from webhook_delivery group by status");
  }

  private double lag() {
    return db.inSystemTransaction(
        tx ->
            tx.handle()
                .createQuery(
                    """
                    select coalesce(max(h.position - p.position), 0)
                    from webhook_endpoint e
                    join webhook_progress p
                      on p.workspace_id = e.workspace_id and p.endpoint_id = e.id
                    join event_head h on h.workspace_id = e.workspace_id
                    where e.disabled_reason is null
                    """)
                .mapTo(Double.class)
                .one());
  }

  private Map<String, Double> counted(List<String> all, String sql) {
    var counts = new LinkedHashMap<String, Double>();
    all.forEach(of -> counts.put(of, 0.0));
    db.useSystemTransaction(
        tx ->
            tx.handle()
                .createQuery(sql)
                .map((row, _) -> counts.put(row.getString(1), row.getDouble(2)))
                .list());
    return counts;
  }
}
