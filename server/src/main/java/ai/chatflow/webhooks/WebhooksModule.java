package ai.chatflow.webhooks;

import ai.chatflow.operations.OperationService;
import ai.chatflow.platform.Platform;
import ai.chatflow.platform.db.WorkspaceTx;
import ai.chatflow.platform.egress.Egress;
import ai.chatflow.platform.events.EventCatalogue;
import ai.chatflow.platform.lanes.HousekeepingJob;
import ai.chatflow.platform.mail.MailQueue;
import ai.chatflow.webhooks.delivery.DeliveryGauges;
import ai.chatflow.webhooks.delivery.DeliveryLane;
import ai.chatflow.webhooks.delivery.PublicKeyServlet;
import ai.chatflow.webhooks.delivery.Recoveries;
import ai.chatflow.webhooks.delivery.Resends;
import ai.chatflow.webhooks.delivery.Signer;
import ai.chatflow.webhooks.endpoints.EndpointSecrets;
import ai.chatflow.webhooks.endpoints.EndpointService;
import ai.chatflow.webhooks.endpoints.EndpointStore;
import ai.chatflow.webhooks.endpoints.Notices;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/// Wires endpoints and the posting of events to them.
public final class WebhooksModule implements AutoCloseable {
  private final EndpointService endpoints;
  private final Resends resends;
  private final Recoveries recoveries;
  private final Signer signer;
  private final DeliveryLane lane;
  private final Platform platform;

  private WebhooksModule(
      Platform platform,
      OperationService operations,
      Egress egress,
      EventCatalogue catalogue,
      MailQueue mails,
      ExecutorService threads) {
    this.platform = platform;
    var secrets = new EndpointSecrets(platform.secrets(), platform.random());
    this.signer = new Signer(platform.keys());
    this.endpoints =
        new EndpointService(
            platform.db(), platform.ids(), platform.clock(), platform.lanes(), secrets, egress);
    this.resends =
        new Resends(platform.db(), endpoints, catalogue, platform.ids(), platform.clock());
    this.recoveries =
        new Recoveries(platform.db(), endpoints, operations, platform.ids(), platform.clock());
    this.lane =
        DeliveryLane.wire(
            platform, endpoints, secrets, new Notices(mails), signer, egress, threads);
    platform.lanes().register(lane);
    DeliveryGauges.watch(platform.telemetry(), platform.db());
    platform.feed().register(this::wakeAll);
  }

  public static WebhooksModule wire(
      Platform platform,
      OperationService operations,
      Egress egress,
      EventCatalogue catalogue,
      MailQueue mails) {
    return wire(
        platform,
        operations,
        egress,
        catalogue,
        mails,
        Executors.newVirtualThreadPerTaskExecutor());
  }

  /// @param threads post; closed with the module
  public static WebhooksModule wire(
      Platform platform,
      OperationService operations,
      Egress egress,
      EventCatalogue catalogue,
      MailQueue mails,
      ExecutorService threads) {
    return new WebhooksModule(platform, operations, egress, catalogue, mails, threads);
  }

  private void wakeAll(WorkspaceTx tx) {
    new EndpointStore().active(tx, id -> endpoints.wake(tx, id));
  }

  public EndpointService endpoints() {
    return endpoints;
  }

  public Resends resends() {
    return resends;
  }

  public Recoveries recoveries() {
    return recoveries;
  }

  public Signer signer() {
    return signer;
  }

  public List<Object> resources() {
    return List.of(new WebhookEndpointResource(endpoints, resends, recoveries, platform.pages()));
  }

  /// `/.well-known/webhook-keys`.
  public PublicKeyServlet publicKeys() {
    return new PublicKeyServlet(signer);
  }

  /// Attempts are kept for seven days.
  public List<HousekeepingJob> housekeeping() {
    return List.of(
        new HousekeepingJob(
            "expire-webhook-attempts",
            Duration.ofHours(1),
            tx ->
                tx.handle()
                    .execute(
                        """
                        delete from webhook_attempt
                        where created_at < now() - interval '7 days'
                        """)));
  }

  @Override
  public void close() {
    lane.close();
  }
}
