package ai.chatflow.platform;

import ai.chatflow.platform.db.Db;
import ai.chatflow.platform.lanes.Lanes;
import ai.chatflow.platform.telemetry.Telemetry;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/// What the platform shows of itself at each scrape: lanes, dead letters and database pools.
final class KernelGauges {
  private KernelGauges() {}

  static void watch(Telemetry telemetry, Db db, Lanes lanes) {
    telemetry.watch(
        "chatflow_node_working", "1 while this node works lanes", () -> lanes.working() ? 1 : 0);
    telemetry.watch(
        "chatflow_lane_oldest_seconds",
        "How long the item that waits longest has been due",
        "kind",
        () -> numbers(lanes.longestWaits(), KernelGauges::seconds));
    telemetry.watch(
        "chatflow_lanes_due",
        "Lanes that have work that is due",
        "kind",
        () -> numbers(lanes.dueLanes(), Long::doubleValue));
    telemetry.watch(
        "chatflow_dead_letters",
        "Items that failed for good",
        "kind",
        () -> numbers(lanes.deadLetters(), Long::doubleValue));
    telemetry.watch(
        "chatflow_db_connections_active",
        "Connections that transactions hold",
        "pool",
        () -> numbers(db.pools(), Db.PoolUse::active));
    telemetry.watch(
        "chatflow_db_connections_limit",
        "Connections that a pool may open",
        "pool",
        () -> numbers(db.pools(), Db.PoolUse::limit));
    telemetry.watch(
        "chatflow_db_connections_awaited",
        "Threads that wait for a connection",
        "pool",
        () -> numbers(db.pools(), Db.PoolUse::awaited));
  }

  private static double seconds(Duration time) {
    return time.toNanos() / 1e9;
  }

  private static <T> Map<String, Double> numbers(Map<String, T> found, ToDoubleFunction<T> number) {
    var numbers = new HashMap<String, Double>();
    found.forEach((of, value) -> numbers.put(of, number.applyAsDouble(value)));
    return numbers;
  }
}
