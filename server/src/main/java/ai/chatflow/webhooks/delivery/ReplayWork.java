package ai.chatflow.webhooks.delivery;

import ai.chatflow.api.model.OperationKind;
import ai.chatflow.api.model.WebhookReplay;
import ai.chatflow.operations.LongWork;
import ai.chatflow.operations.Progress;
import ai.chatflow.platform.db.WorkspaceTx;
import ai.chatflow.platform.events.EventStore;
import ai.chatflow.platform.events.StoredEvent;
import ai.chatflow.platform.ids.IdGenerator;
import ai.chatflow.platform.ids.WebhookDeliveryId;
import ai.chatflow.platform.ids.WebhookEndpointId;
import ai.chatflow.webhooks.delivery.DeliveryStore.Delivery;
import ai.chatflow.webhooks.endpoints.Endpoint;
import ai.chatflow.webhooks.endpoints.EndpointService;
import ai.chatflow.webhooks.endpoints.EndpointStore;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.List;

/// Queues the events since a time that the endpoint wants and never got: what its cursor had passed
/// when it was asked for, and neither an attempt nor a delivery knows of. Positions have no gaps,
/// so a stretch of them is a bounded piece of work, however few of its events are wanted.
final class ReplayWork implements LongWork<ReplayWork.Cursor> {
  private static final int STRETCH = 1_000;

  /// Events enter the log in the order in which they are published, which is not quite that of
  /// their times: some wait in the queue while a flood is published.
  private static final Duration DISORDER = Duration.ofHours(1);

  private final EndpointService service;
  private final IdGenerator ids;
  private final InstantSource clock;
  private final EndpointStore endpoints = new EndpointStore();
  private final DeliveryStore deliveries = new DeliveryStore();
  private final EventStore events = new EventStore();

  ReplayWork(EndpointService service, IdGenerator ids, InstantSource clock) {
    this.service = service;
    this.ids = ids;
    this.clock = clock;
  }

  /// @param first the position at which it began
  /// @param next the position that is looked at next
  /// @param through the last position
  /// @param queued so many deliveries were made
  record Cursor(
      WebhookEndpointId endpoint, Instant since, long first, long next, long through, long queued) {
    Progress progress() {
      return new Progress(next - first, through + 1 - first);
    }
  }

  @Override
  public OperationKind kind() {
    return OperationKind.WEBHOOK_ENDPOINT_REPLAY;
  }

  @Override
  public Class<Cursor> cursorType() {
    return Cursor.class;
  }

  Cursor begin(WorkspaceTx tx, WebhookEndpointId endpoint, Instant since) {
    long through = endpoints.progress(tx, endpoint).position();
    long first = events.firstSince(tx, since.minus(DISORDER), through + 1);
    return new Cursor(endpoint, since, first, first, through, 0);
  }

  @Override
  public Step<Cursor> step(WorkspaceTx tx, Cursor cursor) {
    var endpoint = service.get(tx, cursor.endpoint());
    long end = Math.min(cursor.next() + STRETCH, cursor.through() + 1);
    var now = clock.instant();
    var missing =
        missing(tx, endpoint, cursor, end).stream().map(e -> delivery(endpoint, e, now)).toList();
    if (!missing.isEmpty()) {
      deliveries.upsert(tx, missing);
      service.wake(tx, cursor.endpoint());
    }
    var after =
        new Cursor(
            cursor.endpoint(),
            cursor.since(),
            cursor.first(),
            end,
            cursor.through(),
            cursor.queued() + missing.size());
    return end > cursor.through()
        ? new Step.Done<>(
            new WebhookReplay(WebhookReplay.ObjectEnum.WEBHOOK_REPLAY, after.queued()),
            after.progress())
        : new Step.Next<>(after, after.progress());
  }

  private List<StoredEvent> missing(WorkspaceTx tx, Endpoint endpoint, Cursor cursor, long end) {
    var filter = Filter.of(endpoint.wants());
    var stretch = new DeliveryStore.Stretch(cursor.since(), cursor.next(), end);
    return events
        .at(tx, deliveries.missing(tx, endpoint.id(), stretch, endpoint.wants().types()))
        .stream()
        .filter(filter::wants)
        .sorted(Comparator.comparingLong(StoredEvent::position))
        .toList();
  }

  private Delivery delivery(Endpoint endpoint, StoredEvent event, Instant now) {
    return new Delivery(
        new WebhookDeliveryId(ids.next()),
        endpoint.id(),
        event.position(),
        event.id(),
        event.type(),
        null,
        false,
        0,
        now,
        null,
        now,
        now);
  }
}
