package ai.chatflow.webhooks.endpoints;

import ai.chatflow.api.model.Condition;
import ai.chatflow.api.model.CreateWebhookEndpointRequest;
import ai.chatflow.api.model.ProblemCode;
import ai.chatflow.api.model.WebhookDisabledReason;
import ai.chatflow.platform.conditions.ConditionParser;
import ai.chatflow.platform.db.Db;
import ai.chatflow.platform.db.WorkspaceTx;
import ai.chatflow.platform.egress.Egress;
import ai.chatflow.platform.errors.FieldError;
import ai.chatflow.platform.errors.Invalid;
import ai.chatflow.platform.errors.NotFound;
import ai.chatflow.platform.events.EventStore;
import ai.chatflow.platform.events.EventType;
import ai.chatflow.platform.http.ETags;
import ai.chatflow.platform.http.Page;
import ai.chatflow.platform.http.PageRequest;
import ai.chatflow.platform.ids.IdGenerator;
import ai.chatflow.platform.ids.WebhookEndpointId;
import ai.chatflow.platform.ids.WorkspaceId;
import ai.chatflow.platform.lanes.LaneKey;
import ai.chatflow.platform.lanes.Lanes;
import ai.chatflow.platform.mail.Addresses;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// The door to endpoints.
public final class EndpointService {
  /// The lane of an endpoint; its key is the endpoint's id.
  public static final String LANE = "webhook";

  /// How long deliveries are signed with the old secret too.
  static final Duration OVERLAP = Duration.ofHours(24);

  private final Db db;
  private final IdGenerator ids;
  private final InstantSource clock;
  private final Lanes lanes;
  private final EndpointSecrets secrets;
  private final Egress egress;
  private final EndpointStore endpoints = new EndpointStore();
  private final EventStore events = new EventStore();

  public EndpointService(
      Db db,
      IdGenerator ids,
      InstantSource clock,
      Lanes lanes,
      EndpointSecrets secrets,
      Egress egress) {
    this.db = db;
    this.ids = ids;
    this.clock = clock;
    this.lanes = lanes;
    this.secrets = secrets;
    this.egress = egress;
  }

  /// An endpoint and how it does.
  public record Shown(Endpoint endpoint, Progress progress) {}

  /// An endpoint and its new secret, which is never shown again.
  public record Created(Shown shown, String secret) {}

  public Shown get(WorkspaceId workspace, WebhookEndpointId id) {
    return db.inTransaction(workspace, tx -> shown(tx, get(tx, id)));
  }

  /// Newest first.
  public Page<Shown> list(WorkspaceId workspace, PageRequest page) {
    return page.newestFirst(
        (before, limit) -> db.inTransaction(workspace, tx -> list(tx, before, limit)),
        shown -> shown.endpoint().id().value());
  }

  private List<Shown> list(WorkspaceTx tx, @Nullable UUID before, int limit) {
    var found = endpoints.list(tx, before, limit);
    var progress = endpoints.progress(tx, found.stream().map(Endpoint::id).toList());
    return found.stream()
        .map(e -> new Shown(e, progress.getOrDefault(e.id(), Progress.well(0))))
        .toList();
  }

  /// Events from now on are sent to it.
  public Created create(WorkspaceId workspace, CreateWebhookEndpointRequest request) {
    check(request.url(), request.eventTypes(), request.condition(), request.notifyEmails());
    var now = clock.instant();
    var endpoint =
        new Endpoint(
            new WebhookEndpointId(ids.next()),
            request.url(),
            request.description(),
            new Endpoint.Wants(
                Objects.requireNonNullElse(request.eventTypes(), List.of()),
                Objects.requireNonNullElse(request.channelIds(), List.of()),
                request.condition()),
            null,
            request.ratePerSecond(),
            Objects.requireNonNullElse(request.notifyEmails(), List.of()),
            Objects.requireNonNullElse(request.metadata(), Map.of()),
            1,
            now,
            now);
    var secret = secrets.make();
    return db.inTransaction(
        workspace,
        tx -> {
          long head = events.head(tx);
          endpoints.insert(tx, endpoint, secrets.seal(workspace, secret), head);
          return new Created(new Shown(endpoint, Progress.well(head)), secret);
        });
  }

  public Shown update(
      WorkspaceId workspace, WebhookEndpointId id, @Nullable String ifMatch, EndpointPatch patch) {
    check(
        patch.url(),
        patch.types(),
        patch.condition().orElse(null),
        patch.notifyEmails().orElse(null));
    return db.inTransaction(
        workspace,
        tx -> {
          var after = lock(tx, id, ifMatch).patched(patch, clock.instant());
          endpoints.update(tx, after);
          wake(tx, id);
          return shown(tx, after);
        });
  }

  public void delete(WorkspaceId workspace, WebhookEndpointId id, @Nullable String ifMatch) {
    db.useTransaction(
        workspace,
        tx -> {
          lock(tx, id, ifMatch);
          endpoints.delete(tx, id);
        });
  }

  /// Goes on after the last event that was delivered. One that is enabled stays as it is.
  public Shown enable(WorkspaceId workspace, WebhookEndpointId id) {
    return db.inTransaction(
        workspace,
        tx -> {
          var before = lock(tx, id, null);
          if (before.enabled()) {
            return shown(tx, before);
          }
          var after = turn(tx, before, null);
          wake(tx, id);
          return shown(tx, after);
        });
  }

  public Shown disable(WorkspaceId workspace, WebhookEndpointId id) {
    return db.inTransaction(
        workspace,
        tx -> {
          var before = lock(tx, id, null);
          return before.disabledReason() == WebhookDisabledReason.REQUESTED
              ? shown(tx, before)
              : shown(tx, turn(tx, before, WebhookDisabledReason.REQUESTED));
        });
  }

  /// Enables or disables; whoever is enabled does well until the contrary shows.
  public Endpoint turn(WorkspaceTx tx, Endpoint before, @Nullable WebhookDisabledReason reason) {
    var after = before.turned(reason, clock.instant());
    endpoints.update(tx, after);
    if (reason == null) {
      var position = endpoints.progress(tx, before.id()).position();
      endpoints.keep(tx, before.id(), Progress.well(position));
    }
    return after;
  }

  public Created rotate(WorkspaceId workspace, WebhookEndpointId id) {
    var secret = secrets.make();
    return db.inTransaction(
        workspace,
        tx -> {
          var endpoint = lock(tx, id, null);
          var sealed = secrets.seal(workspace, secret);
          endpoints.rotate(tx, id, sealed, clock.instant().plus(OVERLAP));
          return new Created(shown(tx, endpoint), secret);
        });
  }

  /// Lets the endpoint's lane look at once.
  public void wake(WorkspaceTx tx, WebhookEndpointId id) {
    lanes.wake(tx, new LaneKey(LANE, tx.workspace(), id.toString()), clock.instant());
  }

  /// @throws NotFound when there is none
  public Endpoint get(WorkspaceTx tx, WebhookEndpointId id) {
    return endpoints.find(tx, id).orElseThrow(() -> unknown(id));
  }

  private Shown shown(WorkspaceTx tx, Endpoint endpoint) {
    return new Shown(endpoint, endpoints.progress(tx, endpoint.id()));
  }

  private Endpoint lock(WorkspaceTx tx, WebhookEndpointId id, @Nullable String ifMatch) {
    var endpoint = endpoints.lock(tx, id).orElseThrow(() -> unknown(id));
    ETags.check(ifMatch, endpoint.version());
    return endpoint;
  }

  private void check(
      @Nullable String url,
      @Nullable List<String> types,
      @Nullable Condition condition,
      @Nullable List<String> emails) {
    var errors = new ArrayList<FieldError>();
    if (url != null) {
      egress
          .objection(url)
          .ifPresent(detail -> errors.add(new FieldError("/url", "address_forbidden", detail)));
    }
    for (int i = 0; types != null && i < types.size(); i++) {
      if (EventType.named(types.get(i)).isEmpty()) {
        errors.add(
            new FieldError(
                "/event_types/" + i, "unknown_event_type", "`GET /v1/event-types` lists all"));
      }
    }
    if (condition != null) {
      errors.addAll(ConditionParser.check(condition, "/condition"));
    }
    for (int i = 0; emails != null && i < emails.size(); i++) {
      if (!Addresses.valid(emails.get(i))) {
        errors.add(
            new FieldError("/notify_emails/" + i, "invalid_email", "must be a plain address"));
      }
    }
    if (!errors.isEmpty()) {
      throw new Invalid(
          ProblemCode.VALIDATION_FAILED, "The endpoint cannot be as described.", errors);
    }
  }

  private static NotFound unknown(WebhookEndpointId id) {
    return new NotFound(ProblemCode.NOT_FOUND, "No webhook endpoint " + id + ".");
  }
}
