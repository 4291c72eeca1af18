package ai.chatflow.webhooks.delivery;

import ai.chatflow.api.model.ProblemCode;
import ai.chatflow.platform.db.Db;
import ai.chatflow.platform.db.WorkspaceTx;
import ai.chatflow.platform.errors.FieldError;
import ai.chatflow.platform.errors.Invalid;
import ai.chatflow.platform.events.EventCatalogue;
import ai.chatflow.platform.events.EventStore;
import ai.chatflow.platform.events.EventType;
import ai.chatflow.platform.http.Page;
import ai.chatflow.platform.http.PageRequest;
import ai.chatflow.platform.ids.EventId;
import ai.chatflow.platform.ids.IdGenerator;
import ai.chatflow.platform.ids.WebhookDeliveryId;
import ai.chatflow.platform.ids.WebhookEndpointId;
import ai.chatflow.platform.ids.WorkspaceId;
import ai.chatflow.platform.json.Json;
import ai.chatflow.webhooks.delivery.AttemptStore.Attempt;
import ai.chatflow.webhooks.delivery.DeliveryStore.Delivery;
import ai.chatflow.webhooks.endpoints.EndpointService;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// The door to what was posted, and to posting one of it again.
public final class Resends {
  private final Db db;
  private final EndpointService service;
  private final EventCatalogue catalogue;
  private final IdGenerator ids;
  private final InstantSource clock;
  private final DeliveryStore deliveries = new DeliveryStore();
  private final AttemptStore attempts = new AttemptStore();
  private final EventStore events = new EventStore();

  public Resends(
      Db db,
      EndpointService service,
      EventCatalogue catalogue,
      IdGenerator ids,
      InstantSource clock) {
    this.db = db;
    this.service = service;
    this.catalogue = catalogue;
    this.ids = ids;
    this.clock = clock;
  }

  /// Newest first.
  public Page<Attempt> attempts(
      WorkspaceId workspace, WebhookEndpointId id, @Nullable Boolean succeeded, PageRequest page) {
    return page.newestFirst(
        (before, limit) ->
            within(workspace, id, tx -> attempts.list(tx, id, succeeded, before, limit)),
        attempt -> attempt.id().value());
  }

  /// Newest first.
  public Page<Delivery> deliveries(
      WorkspaceId workspace, WebhookEndpointId id, @Nullable String status, PageRequest page) {
    return page.newestFirst(
        (before, limit) ->
            within(workspace, id, tx -> deliveries.list(tx, id, status, before, limit)),
        delivery -> delivery.id().value());
  }

  /// Sends the sample of a type once.
  public Delivery test(WorkspaceId workspace, WebhookEndpointId id, String type) {
    var known =
        EventType.named(type)
            .orElseThrow(
                () -> wrong("/type", "unknown_event_type", "`GET /v1/event-types` lists all"));
    var now = clock.instant();
    var event = new EventId(ids.next());
    var sample = catalogue.sample(known);
    sample.put("id", event.toString());
    sample.put("timestamp", now.toString());
    var delivery = delivery(id, null, event, type, Json.write(sample), now);
    return db.inTransaction(workspace, tx -> queued(tx, delivery));
  }

  /// Sends one event again.
  public Delivery resend(WorkspaceId workspace, WebhookEndpointId id, long position) {
    var now = clock.instant();
    return within(
        workspace,
        id,
        tx -> {
          var event =
              events.at(tx, List.of(position)).stream()
                  .findFirst()
                  .orElseThrow(() -> wrong("/position", "unknown_event", "no such event is kept"));
          return queued(tx, delivery(id, event.position(), event.id(), event.type(), null, now));
        });
  }

  /// Works on an endpoint that exists.
  private <T> T within(WorkspaceId workspace, WebhookEndpointId id, Function<WorkspaceTx, T> work) {
    return db.inTransaction(
        workspace,
        tx -> {
          service.get(tx, id);
          return work.apply(tx);
        });
  }

  private Delivery queued(WorkspaceTx tx, Delivery delivery) {
    service.get(tx, delivery.endpoint());
    deliveries.upsert(tx, List.of(delivery));
    service.wake(tx, delivery.endpoint());
    // one that waits already keeps its id
    return delivery.position() == null
        ? delivery
        : deliveries.of(tx, delivery.endpoint(), delivery.position());
  }

  private Delivery delivery(
      WebhookEndpointId endpoint,
      @Nullable Long position,
      EventId event,
      String type,
      @Nullable String sample,
      Instant now) {
    var id = new WebhookDeliveryId(ids.next());
    return new Delivery(id, endpoint, position, event, type, sample, false, 0, now, null, now, now);
  }

  private static Invalid wrong(String pointer, String code, String detail) {
    return new Invalid(
        ProblemCode.VALIDATION_FAILED,
        "The event cannot be sent.",
        List.of(new FieldError(pointer, code, detail)));
  }
}
