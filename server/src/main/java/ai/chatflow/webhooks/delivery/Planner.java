package ai.chatflow.webhooks.delivery;

import ai.chatflow.api.model.WebhookDisabledReason;
import ai.chatflow.platform.db.WorkspaceTx;
import ai.chatflow.platform.events.EventResource;
import ai.chatflow.platform.events.EventStore;
import ai.chatflow.platform.events.EventType;
import ai.chatflow.platform.events.StoredEvent;
import ai.chatflow.platform.ids.WebhookEndpointId;
import ai.chatflow.platform.json.Json;
import ai.chatflow.webhooks.delivery.DeliveryStore.Delivery;
import ai.chatflow.webhooks.endpoints.Endpoint;
import ai.chatflow.webhooks.endpoints.EndpointSecrets;
import ai.chatflow.webhooks.endpoints.EndpointStore;
import ai.chatflow.webhooks.endpoints.Progress;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Finds what is to be posted to an endpoint next: first what waits for another try, then what is
/// new in the log. While many wait, the log has to wait too.
final class Planner {
  /// Calls at once to one endpoint.
  static final int AT_ONCE = 32;

  /// So many may wait for another try before the cursor stands still.
  static final int BACKLOG = 10_000;

  private static final int PAGE = 200;

  /// So many events are looked at in one step, be they all unwanted.
  private static final int LOOKED_AT = 2_000;

  private final EndpointSecrets secrets;
  private final EndpointStore endpoints = new EndpointStore();
  private final DeliveryStore deliveries = new DeliveryStore();
  private final EventStore events = new EventStore();

  Planner(EndpointSecrets secrets) {
    this.secrets = secrets;
  }

  /// Empty when nothing may be sent to it now.
  Optional<Batch> plan(WorkspaceTx tx, WebhookEndpointId id, Instant now) {
    var found = endpoints.find(tx, id).filter(Planner::tried);
    if (found.isEmpty()) {
      return Optional.empty();
    }
    var endpoint = found.get();
    var progress = endpoints.progress(tx, id);
    if (progress.pausedUntil() != null && progress.pausedUntil().isAfter(now)) {
      return Optional.empty();
    }
    int room = room(endpoint, progress);
    var due = deliveries.due(tx, id, now, room);
    var lost = new ArrayList<Delivery>();
    var calls = new ArrayList<>(again(tx, due, lost));
    long through = progress.position();
    if (calls.size() < room && !stands(tx, id, progress)) {
      through = fresh(tx, endpoint, progress.position(), room, calls);
    }
    var opened =
        calls.isEmpty()
            ? List.<String>of()
            : endpoints.secrets(tx, id, now).stream()
                .map(secret -> secrets.open(tx.workspace(), secret))
                .toList();
    return Optional.of(new Batch(endpoint, progress, opened, calls, through, lost));
  }

  /// When there is something to do for the endpoint; empty when nothing waits.
  Optional<Instant> due(WorkspaceTx tx, WebhookEndpointId id) {
    if (endpoints.find(tx, id).filter(Planner::tried).isEmpty()) {
      return Optional.empty();
    }
    var progress = endpoints.progress(tx, id);
    var waiting = deliveries.earliestDue(tx, id);
    var due =
        events.head(tx) > progress.position() && !stands(tx, id, progress)
            ? Optional.of(Instant.EPOCH)
            : waiting;
    var paused = progress.pausedUntil();
    return due.map(at -> paused != null && paused.isAfter(at) ? paused : at);
  }

  private static boolean tried(Endpoint endpoint) {
    return endpoint.enabled() || endpoint.disabledReason() == WebhookDisabledReason.FAILING;
  }

  /// One call finds out whether it answers again.
  private static int room(Endpoint endpoint, Progress progress) {
    if (!endpoint.enabled() || progress.failures() >= Health.OPENS) {
      return 1;
    }
    var rate = endpoint.ratePerSecond();
    return rate == null ? AT_ONCE : Math.min(AT_ONCE, rate);
  }

  private boolean stands(WorkspaceTx tx, WebhookEndpointId id, Progress progress) {
    return progress.failingSince() != null && deliveries.waiting(tx, id, BACKLOG);
  }

  private List<Call> again(WorkspaceTx tx, List<Delivery> due, List<Delivery> lost) {
    var positions = due.stream().flatMap(d -> Optional.ofNullable(d.position()).stream()).toList();
    Map<Long, StoredEvent> kept =
        events.at(tx, positions).stream()
            .collect(Collectors.toMap(StoredEvent::position, Function.identity()));
    var calls = new ArrayList<Call>();
    for (var delivery : due) {
      var body = body(delivery, kept);
      if (body == null) {
        lost.add(delivery);
      } else {
        calls.add(
            new Call(
                delivery.id(),
                delivery.position(),
                delivery.event(),
                delivery.type(),
                null,
                body,
                delivery.attempts() + 1));
      }
    }
    return calls;
  }

  private static @Nullable String body(Delivery delivery, Map<Long, StoredEvent> kept) {
    if (delivery.position() == null) {
      return delivery.sample();
    }
    var event = kept.get(delivery.position());
    return event == null ? null : body(event);
  }

  static String body(StoredEvent event) {
    return Json.write(EventResource.toApi(event));
  }

  /// Adds new events until there is no room or enough were looked at; returns the position up to
  /// which none was missed.
  private long fresh(WorkspaceTx tx, Endpoint endpoint, long after, int room, List<Call> calls) {
    long through = after;
    var types =
        endpoint.wants().types().stream().flatMap(t -> EventType.named(t).stream()).toList();
    var filter = Filter.of(endpoint.wants());
    for (int looked = 0; looked < LOOKED_AT; looked += PAGE) {
      var stretch = events.stretch(tx, through, types, PAGE);
      for (var event : stretch.events()) {
        if (filter.wants(event)) {
          calls.add(first(event));
          if (calls.size() == room) {
            return event.position();
          }
        }
      }
      through = stretch.through();
      if (stretch.events().size() < PAGE) {
        return through;
      }
    }
    return through;
  }

  private static Call first(StoredEvent event) {
    return new Call(
        null, event.position(), event.id(), event.type(), event.timestamp(), body(event), 1);
  }
}
