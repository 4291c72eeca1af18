package ai.chatflow.platform.telemetry;

import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.time.Duration;
import java.util.Map;
import java.util.function.DoubleSupplier;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The measures of one node. Everything here is cheap and never fails its caller.
public final class Telemetry {
  private static final Logger log = LoggerFactory.getLogger(Telemetry.class);
  private static final double[] SECONDS = {0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10};
  private static final double[] LONG = {0.025, 0.1, 0.25, 0.5, 1, 2.5, 5, 15, 60, 300, 3_600};

  private final PrometheusRegistry registry = new PrometheusRegistry();
  private final Histogram requests =
      histogram(
          "chatflow_http_request_seconds",
          SECONDS,
          "Time to answer a request",
          "operation",
          "status");
  private final Counter updates =
      counter("chatflow_ingest_updates", "Updates that providers sent and that were stored");
  private final Counter batches = counter("chatflow_ingest_batches", "Commits of updates");
  private final Histogram commits =
      histogram("chatflow_ingest_commit_seconds", SECONDS, "Time to commit a batch of updates");
  private final Counter sends =
      counter("chatflow_sends", "Calls of providers to send a message", "channel", "outcome");
  private final Counter steps =
      counter("chatflow_lane_steps", "Steps of asynchronous work", "kind", "outcome");
  private final Counter published =
      counter("chatflow_events_published", "Events that got their position in the log");
  private final Counter messages =
      counter("chatflow_messages", "Messages that reached a status", "status");
  private final Histogram posts =
      histogram("chatflow_webhook_post_seconds", LONG, "Time of a POST to an endpoint", "answer");
  private final Histogram delays =
      histogram(
          "chatflow_webhook_delay_seconds",
          LONG,
          "Time from an event to its first POST to an endpoint");

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

  /// Messages that reached a status, received ones too.
  public void reached(String status, int count) {
    messages.labelValues(status).inc(count);
  }

  /// One POST of an event to a webhook endpoint.
  ///
  /// @param answer `2xx` to `5xx`, or `none`
  public void posted(String answer, Duration took) {
    posts.labelValues(answer).observe(seconds(took));
  }

  /// An event is posted to an endpoint for the first time, so long after it happened.
  public void delivered(Duration after) {
    delays.observe(seconds(after));
  }

  /// A gauge of this node or of the whole installation, read at each scrape; left out of it when it
  /// cannot be read.
  ///
  /// @param values by the value of the label
  public void watch(
      String name, String help, String label, Supplier<? extends Map<String, Double>> values) {
    GaugeWithCallback.builder()
        .name(name)
        .help(help)
        .labelNames(label)
        .callback(
            callback ->
                read(name, () -> values.get().forEach((of, value) -> callback.call(value, of))))
        .register(registry);
  }

  /// A gauge without labels; see `watch` with one.
  public void watch(String name, String help, DoubleSupplier value) {
    GaugeWithCallback.builder()
        .name(name)
        .help(help)
        .callback(callback -> read(name, () -> callback.call(value.getAsDouble())))
        .register(registry);
  }

  private static void read(String name, Runnable reading) {
    try {
      reading.run();
    } catch (RuntimeException e) {
      log.warn("{} could not be measured: {}", name, e.getMessage());
    }
  }

  private Histogram histogram(String name, double[] bounds, String help, String... labels) {
    return Histogram.builder()
        .name(name)
        .help(help)
        .labelNames(labels)
        .classicOnly()
        .classicUpperBounds(bounds)
        .register(registry);
  }

  private Counter counter(String name, String help, String... labels) {
    return Counter.builder().name(name).help(help).labelNames(labels).register(registry);
  }

  private static double seconds(Duration time) {
    return time.toNanos() / 1e9;
  }
}
