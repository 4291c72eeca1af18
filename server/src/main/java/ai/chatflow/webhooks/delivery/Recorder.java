package ai.chatflow.webhooks.delivery;

import ai.chatflow.api.model.WebhookDisabledReason;
import ai.chatflow.api.model.WebhookEndpointEventData;
import ai.chatflow.platform.db.WorkspaceTx;
import ai.chatflow.platform.events.EventLog;
import ai.chatflow.platform.events.EventType;
import ai.chatflow.platform.ids.IdGenerator;
import ai.chatflow.platform.ids.WebhookDeliveryId;
import ai.chatflow.webhooks.delivery.Call.Result;
import ai.chatflow.webhooks.delivery.DeliveryStore.Again;
import ai.chatflow.webhooks.delivery.DeliveryStore.Delivery;
import ai.chatflow.webhooks.endpoints.Endpoint;
import ai.chatflow.webhooks.endpoints.EndpointMapper;
import ai.chatflow.webhooks.endpoints.EndpointService;
import ai.chatflow.webhooks.endpoints.EndpointStore;
import ai.chatflow.webhooks.endpoints.Notices;
import ai.chatflow.webhooks.endpoints.Progress;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// Writes what became of a batch, in one transaction. Two nodes that post the same batch (a lane
/// changing its owner) write the same.
final class Recorder {
  private final EndpointService service;
  private final Notices notices;
  private final EventLog log;
  private final IdGenerator ids;
  private final InstantSource clock;
  private final RandomGenerator random;
  private final EndpointStore endpoints = new EndpointStore();
  private final DeliveryStore deliveries = new DeliveryStore();
  private final AttemptStore attempts = new AttemptStore();

  Recorder(
      EndpointService service,
      Notices notices,
      EventLog log,
      IdGenerator ids,
      InstantSource clock,
      RandomGenerator random) {
    this.service = service;
    this.notices = notices;
    this.log = log;
    this.ids = ids;
    this.clock = clock;
    this.random = random;
  }

  /// An endpoint that was deleted meanwhile is left alone.
  void record(WorkspaceTx tx, Batch batch, List<Result> results) {
    var id = batch.endpoint().id();
    var now = clock.instant();
    var endpoint = endpoints.lock(tx, id);
    if (endpoint.isEmpty()) {
      return;
    }
    forget(tx, batch, now);
    if (!results.isEmpty()) {
      attempts.insert(tx, id, results, ids);
      deliveries.delete(
          tx, id, results.stream().filter(Recorder::over).flatMap(r -> own(r).stream()).toList());
      failed(tx, batch, results.stream().filter(r -> !over(r)).toList(), now);
    }
    // read now: whoever enabled it meanwhile has begun it anew
    var before = endpoints.progress(tx, id).at(batch.through());
    var counted = results.stream().filter(r -> r.call().position() != null).toList();
    if (counted.isEmpty()) {
      endpoints.keep(tx, id, before);
      return;
    }
    boolean probing = endpoint.get().disabledReason() == WebhookDisabledReason.FAILING;
    var health = Health.after(before, counted, probing, now);
    endpoints.keep(tx, id, health.progress());
    conclude(tx, endpoint.get(), health);
  }

  /// A test is sent once, whatever comes of it.
  private static boolean over(Result result) {
    return result.succeeded() || result.call().position() == null;
  }

  private static Optional<WebhookDeliveryId> own(Result result) {
    return Optional.ofNullable(result.call().delivery());
  }

  private void forget(WorkspaceTx tx, Batch batch, Instant now) {
    deliveries.postpone(
        tx,
        batch.endpoint().id(),
        batch.lost().stream()
            .map(d -> new Again(d.id(), d.attempts(), null, "The event is no longer kept."))
            .toList(),
        now);
  }

  private void failed(WorkspaceTx tx, Batch batch, List<Result> failures, Instant now) {
    var endpoint = batch.endpoint().id();
    deliveries.postpone(
        tx,
        endpoint,
        failures.stream()
            .flatMap(
                r ->
                    own(r)
                        .map(id -> new Again(id, r.call().attempt(), next(r, now), reason(r)))
                        .stream())
            .toList(),
        now);
    var fresh =
        failures.stream()
            .filter(r -> r.call().delivery() == null)
            .map(r -> first(batch.endpoint(), r, now))
            .toList();
    if (!fresh.isEmpty()) {
      deliveries.upsert(tx, fresh);
    }
  }

  private Delivery first(Endpoint endpoint, Result result, Instant now) {
    var call = result.call();
    return new Delivery(
        new WebhookDeliveryId(ids.next()),
        endpoint.id(),
        call.position(),
        call.event(),
        call.type(),
        null,
        false,
        1,
        Objects.requireNonNull(next(result, now)),
        reason(result),
        now,
        now);
  }

  private @Nullable Instant next(Result result, Instant now) {
    return Schedule.next(result.call().attempt(), result.retryAfter(), now, random).orElse(null);
  }

  private static String reason(Result result) {
    return Objects.requireNonNullElse(result.failure(), "");
  }

  private void conclude(WorkspaceTx tx, Endpoint endpoint, Health health) {
    switch (health.end()) {
      case NONE -> {
        if (health.warn()) {
          say(tx, Notices.Kind.FAILING, endpoint, health.progress());
        }
      }
      case GONE -> disable(tx, endpoint, WebhookDisabledReason.GONE, health.progress());
      case FAILING -> disable(tx, endpoint, WebhookDisabledReason.FAILING, health.progress());
      case RECOVERED -> {
        var after = service.turn(tx, endpoint, null);
        say(tx, Notices.Kind.ENABLED, after, health.progress());
      }
    }
  }

  private void disable(
      WorkspaceTx tx, Endpoint endpoint, WebhookDisabledReason reason, Progress progress) {
    if (endpoint.enabled() || endpoint.disabledReason() == WebhookDisabledReason.FAILING) {
      var after = service.turn(tx, endpoint, reason);
      say(tx, Notices.Kind.DISABLED, after, progress);
    }
  }

  private void say(WorkspaceTx tx, Notices.Kind kind, Endpoint endpoint, Progress progress) {
    var type =
        switch (kind) {
          case FAILING -> EventType.WEBHOOK_ENDPOINT_FAILING;
          case DISABLED -> EventType.WEBHOOK_ENDPOINT_DISABLED;
          case ENABLED -> EventType.WEBHOOK_ENDPOINT_ENABLED;
        };
    notices.tell(tx, kind, endpoint, progress);
    log.append(tx, type, new WebhookEndpointEventData(EndpointMapper.toApi(endpoint, progress)));
  }
}
