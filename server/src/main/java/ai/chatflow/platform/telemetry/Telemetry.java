package ai.chatflow.platform.telemetry;

import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.time.Duration;
import java.util.Map;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The measures of one node. Everything here is cheap and never fails its caller.
public final class Telemetry {
  private static final Logger log = LoggerFactory.getLogger(Telemetry.class);
  private static final double[] SECONDS = {0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10};

  private final PrometheusRegistry registry = new PrometheusRegistry();
  private final Histogram requests =
      histogram("chatflow_http_request_seconds", "Time to answer a request", "operation", "status");
  private final Counter updates =
      counter("chatflow_ingest_updates", "Updates that providers sent and that were stored");
  private final Counter batches = counter("chatflow_ingest_batches", "Commits of updates");
  private final Histogram commits =
      histogram("chatflow_ingest_commit_seconds", "Time to commit a batch of updates");
  private final Counter sends =
      counter("chatflow_sends", "Calls of providers to send a message", "channel", "outcome");
  private final Counter steps =
      counter("chatflow_lane_steps", "Steps of asynchronous work", "kind", "outcome");
  private final Counter published =
      counter("chatflow_events_published", "Events that got their position in the log");

  /// For the exporter, and for metrics of libraries.
  public PrometheusRegistry registry() {
    return registry;
  }

  /// @param operation an `operationId` of the contract, or the name of another entry
  public void answered(String operation, int status, Duration took) {
    requests.labelValues(operation, String.valueOf(status)).observe(seconds(took));
  }

  /// One commit of updates, `count` of them.
  public void ingested(int count, Duration took) {
    updates.inc(count);
    batches.inc();
    commits.observe(seconds(took));
  }

  public void sent(String channel, String outcome) {
    sends.labelValues(channel, outcome).inc();
  }

  public void stepped(String kind, String outcome) {
    steps.labelValues(kind, outcome).inc();
  }

  public void published(int count) {
    published.inc(count);
  }

  /// What waits, by kind of lane, read at each scrape; left out of it when it cannot be read.
  public void waiting(Supplier<Map<String, Duration>> longest) {
    GaugeWithCallback.builder()
        .name("chatflow_lane_oldest_seconds")
        .help("How long the item that waits longest has been due")
        .labelNames("kind")
        .callback(
            callback -> {
              try {
                longest.get().forEach((kind, wait) -> callback.call(seconds(wait), kind));
              } catch (RuntimeException e) {
                log.warn("What waits could not be measured: {}", e.getMessage());
              }
            })
        .register(registry);
  }

  private Histogram histogram(String name, String help, String... labels) {
    return Histogram.builder()
        .name(name)
        .help(help)
        .labelNames(labels)
        .classicOnly()
        .classicUpperBounds(SECONDS)
        .register(registry);
  }

  private Counter counter(String name, String help, String... labels) {
    return Counter.builder().name(name).help(help).labelNames(labels).register(registry);
  }

  private static double seconds(Duration time) {
    return time.toNanos() / 1e9;
  }
}
