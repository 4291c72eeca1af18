package ai.chatflow.webhooks.delivery;

import ai.chatflow.api.model.OperationKind;
import ai.chatflow.api.model.WebhookRecovery;
import ai.chatflow.operations.LongWork;
import ai.chatflow.operations.Progress;
import ai.chatflow.platform.db.WorkspaceTx;
import ai.chatflow.platform.ids.WebhookDeliveryId;
import ai.chatflow.platform.ids.WebhookEndpointId;
import ai.chatflow.webhooks.endpoints.EndpointService;
import ai.chatflow.webhooks.endpoints.EndpointStore;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// Makes everything due at once that failed in a span of time, by id. Ids begin with the time at
/// which they were made, so the span is a stretch of them.
final class RecoverWork implements LongWork<RecoverWork.Cursor> {
  private static final int PAGE = 1_000;

  /// As many are counted beforehand; of more the total is not known.
  private static final int COUNTED = 10_000;

  /// An id is made before the row, by the same clock.
  private static final Duration BEFORE = Duration.ofMinutes(1);

  private final EndpointService service;
  private final InstantSource clock;
  private final EndpointStore endpoints = new EndpointStore();
  private final DeliveryStore deliveries = new DeliveryStore();

  RecoverWork(EndpointService service, InstantSource clock) {
    this.service = service;
    this.clock = clock;
  }

  /// @param since and `until`: of this time
  /// @param after up to here it is done
  record Cursor(
      WebhookEndpointId endpoint,
      Instant since,
      Instant until,
      WebhookDeliveryId after,
      long done,
      @Nullable Long total) {
    DeliveryStore.Span rest() {
      return new DeliveryStore.Span(endpoint, since, until, after);
    }
  }

  @Override
  public OperationKind kind() {
    return OperationKind.WEBHOOK_ENDPOINT_RECOVER;
  }

  @Override
  public Class<Cursor> cursorType() {
    return Cursor.class;
  }

  /// Ends a pause or an open circuit, too.
  Cursor begin(WorkspaceTx tx, WebhookEndpointId endpoint, Instant since) {
    endpoints.resume(tx, endpoint);
    service.wake(tx, endpoint);
    long before = Math.max(0, since.minus(BEFORE).toEpochMilli());
    var start = new WebhookDeliveryId(new UUID(before << 16, 0));
    var whole = new Cursor(endpoint, since, clock.instant(), start, 0, null);
    long total = deliveries.count(tx, whole.rest(), COUNTED + 1);
    return total > COUNTED ? whole : new Cursor(endpoint, since, whole.until(), start, 0, total);
  }

  @Override
  public Step<Cursor> step(WorkspaceTx tx, Cursor cursor) {
    service.get(tx, cursor.endpoint());
    var due = deliveries.lock(tx, cursor.rest(), PAGE);
    deliveries.beginAnew(tx, cursor.endpoint(), due, clock.instant());
    service.wake(tx, cursor.endpoint());
    long done = cursor.done() + due.size();
    if (due.size() < PAGE) {
      return new Step.Done<>(
          new WebhookRecovery(WebhookRecovery.ObjectEnum.WEBHOOK_RECOVERY, done),
          new Progress(done, done));
    }
    var next =
        new Cursor(
            cursor.endpoint(), cursor.since(), cursor.until(), due.getLast(), done, cursor.total());
    return new Step.Next<>(next, new Progress(done, next.total()));
  }
}
