package ai.chatflow.webhooks.delivery;

import ai.chatflow.api.model.CreateWebhookEndpointRequest;
import ai.chatflow.api.model.FlowEventData;
import ai.chatflow.api.model.OperationResult;
import ai.chatflow.api.model.WebhookRecovery;
import ai.chatflow.api.model.WebhookReplay;
import ai.chatflow.operations.Operation;
import ai.chatflow.operations.OperationService;
import ai.chatflow.operations.OperationsModule;
import ai.chatflow.platform.Platform;
import ai.chatflow.platform.egress.AddressGuard;
import ai.chatflow.platform.egress.Egress;
import ai.chatflow.platform.events.EventCatalogue;
import ai.chatflow.platform.events.EventType;
import ai.chatflow.platform.http.PageRequest;
import ai.chatflow.platform.ids.FlowId;
import ai.chatflow.platform.ids.WebhookEndpointId;
import ai.chatflow.platform.ids.WorkspaceId;
import ai.chatflow.platform.json.Json;
import ai.chatflow.platform.lanes.LanePauses;
import ai.chatflow.platform.lanes.ManualLanes;
import ai.chatflow.platform.lanes.WakeSignals;
import ai.chatflow.platform.mail.MailLane;
import ai.chatflow.platform.mail.MailQueue;
import ai.chatflow.platform.mail.Mailer;
import ai.chatflow.testing.ManualClock;
import ai.chatflow.testing.TestDatabase;
import ai.chatflow.testing.WebhookReceiver.Received;
import ai.chatflow.webhooks.WebhooksModule;
import ai.chatflow.webhooks.delivery.AttemptStore.Attempt;
import ai.chatflow.webhooks.delivery.DeliveryStore.Delivery;
import ai.chatflow.webhooks.endpoints.EndpointService.Created;
import ai.chatflow.webhooks.endpoints.EndpointService.Shown;
import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

/// A node that posts events, on a real database: its clock stands, its lanes run when a test says
/// so, and a step posts before it returns.
final class DeliveryWorld implements AutoCloseable {
  private static final PageRequest EVERYTHING = new PageRequest(5_000, Optional.empty());

  final TestDatabase database = TestDatabase.create();
  final ManualClock clock = ManualClock.atNow();
  final WorkspaceId workspace = new WorkspaceId(UUID.randomUUID());
  final ManualLanes lanes;
  final WebhooksModule webhooks;
  final OperationService operations;
  final Resends resends;
  final Signer signer;

  /// Takes mails; nobody does unless a test says so.
  final AtomicReference<Mailer> mailer = new AtomicReference<>(Mailer.NONE);

  private final Platform platform;
  private final Egress egress = new Egress(new AddressGuard(List.of("127.0.0.0/8")));

  DeliveryWorld() {
    this.platform =
        Platform.wire(
            new Platform.Surroundings(
                database.openDb(),
                TestDatabase.MASTER_KEY,
                clock,
                clock,
                new SplittableRandom(1),
                ManualLanes.SETTINGS,
                WakeSignals.NONE,
                LanePauses.NONE));
    this.lanes = ManualLanes.over(platform.lanes());
    var mails = new MailQueue(platform.lanes(), platform.ids(), clock);
    this.operations = OperationsModule.wire(platform).operations();
    this.webhooks =
        WebhooksModule.wire(
            platform,
            operations,
            egress,
            new EventCatalogue(platform.contract()),
            mails,
            new Inline());
    MailLane.wire(platform, mails, mail -> mailer.get().send(mail), new Inline());
    this.signer = webhooks.signer();
    this.resends = webhooks.resends();
  }

  /// Publishes so many events.
  void happen(int events) {
    platform
        .db()
        .useTransaction(
            workspace,
            tx -> {
              for (int i = 0; i < events; i++) {
                platform
                    .events()
                    .append(
                        tx,
                        EventType.FLOW_PUBLISHED,
                        new FlowEventData(new FlowId(new UUID(7, i)), "Welcome", i + 1));
              }
            });
    lanes.runDue();
  }

  /// Lets time pass in steps, and everything that becomes due happen.
  void pass(Duration time, Duration step) {
    for (var rest = time; rest.isPositive(); rest = rest.minus(step)) {
      clock.advance(step);
      lanes.sweep();
      lanes.runDue();
    }
  }

  /// Recovers, to the end; returns how many deliveries became due.
  long recover(WebhookEndpointId id, Instant since) {
    var begun = webhooks.recoveries().recover(workspace, id, since, "request");
    return ((WebhookRecovery) finished(begun)).deliveries();
  }

  /// Replays, to the end; returns how many events became due.
  long replay(WebhookEndpointId id, Instant since) {
    var begun = webhooks.recoveries().replay(workspace, id, since, "request");
    return ((WebhookReplay) finished(begun)).events();
  }

  private OperationResult finished(Operation begun) {
    lanes.runDue();
    return Objects.requireNonNull(operations.get(workspace, begun.id()).result());
  }

  /// An endpoint that wants everything.
  Created create(String url) {
    return create(CreateWebhookEndpointRequest.builder().url(url).build());
  }

  Created create(CreateWebhookEndpointRequest request) {
    return webhooks.endpoints().create(workspace, request);
  }

  static WebhookEndpointId id(Created created) {
    return created.shown().endpoint().id();
  }

  Shown shown(WebhookEndpointId id) {
    return webhooks.endpoints().get(workspace, id);
  }

  /// What waits for another try or is dead, newest first.
  List<Delivery> deliveries(WebhookEndpointId id) {
    return resends.deliveries(workspace, id, null, EVERYTHING).items();
  }

  /// Newest first.
  List<Attempt> attempts(WebhookEndpointId id) {
    return resends.attempts(workspace, id, null, EVERYTHING).items();
  }

  static List<String> signatures(Received received) {
    return List.of(received.header("webhook-signature").split(" ", -1));
  }

  static JsonNode body(Received received) {
    return Json.read(received.body(), JsonNode.class);
  }

  static long position(Received received) {
    return body(received).path("position").asLong();
  }

  Platform platform() {
    return platform;
  }

  @Override
  public void close() {
    webhooks.close();
    egress.close();
    platform.db().close();
    database.close();
  }

  /// Runs what it is given at once.
  private static final class Inline extends AbstractExecutorService {
    @Override
    public void execute(Runnable command) {
      command.run();
    }

    @Override
    public void shutdown() {}

    @Override
    public List<Runnable> shutdownNow() {
      return List.of();
    }

    @Override
    public boolean isShutdown() {
      return false;
    }

    @Override
    public boolean isTerminated() {
      return false;
    }

    @Override
    public boolean awaitTermination(long timeout, TimeUnit unit) {
      return true;
    }
  }
}
