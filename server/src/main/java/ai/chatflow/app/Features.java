package ai.chatflow.app;

import ai.chatflow.api.model.ChannelType;
import ai.chatflow.app.config.ChatFlowConfiguration;
import ai.chatflow.channels.ChannelAdapter;
import ai.chatflow.channels.ChannelsModule;
import ai.chatflow.channels.Hooks;
import ai.chatflow.channels.sandbox.SandboxAdapter;
import ai.chatflow.channels.sandbox.SandboxReceipts;
import ai.chatflow.channels.sandbox.SandboxResource;
import ai.chatflow.channels.sandbox.SandboxService;
import ai.chatflow.channels.telegram.TelegramAdapter;
import ai.chatflow.channels.twiliosms.TwilioSmsAdapter;
import ai.chatflow.channels.whatsappcloud.WhatsAppCloudAdapter;
import ai.chatflow.contacts.ContactsModule;
import ai.chatflow.flows.FlowsModule;
import ai.chatflow.media.LocalBlobs;
import ai.chatflow.media.MediaModule;
import ai.chatflow.messaging.MessagingModule;
import ai.chatflow.messaging.graph.LiveGraph;
import ai.chatflow.messaging.graph.MessagingGraph;
import ai.chatflow.messaging.intake.IntakeModule;
import ai.chatflow.messaging.sending.SendingModule;
import ai.chatflow.operations.OperationsModule;
import ai.chatflow.platform.Platform;
import ai.chatflow.platform.egress.AddressGuard;
import ai.chatflow.platform.egress.Egress;
import ai.chatflow.platform.events.EventCatalogue;
import ai.chatflow.platform.events.EventHub;
import ai.chatflow.platform.events.EventResource;
import ai.chatflow.platform.events.LiveEvents;
import ai.chatflow.platform.events.UnreadStreams;
import ai.chatflow.platform.graphql.Graph;
import ai.chatflow.platform.http.ProblemWriter;
import ai.chatflow.platform.lanes.HousekeepingJob;
import ai.chatflow.platform.mail.FolderMailer;
import ai.chatflow.platform.mail.MailLane;
import ai.chatflow.platform.mail.MailQueue;
import ai.chatflow.platform.mail.Mailer;
import ai.chatflow.platform.mail.SmtpMailer;
import ai.chatflow.templates.TemplatesModule;
import ai.chatflow.tenancy.TenancyModule;
import ai.chatflow.webhooks.WebhooksModule;
import ai.chatflow.webhooks.delivery.PublicKeyServlet;
import jakarta.servlet.http.HttpServlet;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.stream.Stream;

/// The features of a node, wired by hand, lower tiers first.
final class Features implements AutoCloseable {
  private static final long MEBIBYTE = 1024 * 1024;
  private static final Duration CONNECT = Duration.ofMillis(1_500);
  private static final Duration CALL = Duration.ofMillis(2_500);

  private final Platform platform;
  private final TenancyModule tenancy;
  private final MediaModule media;
  private final ContactsModule contacts;
  private final ChannelsModule channels;
  private final OperationsModule operations;
  private final TemplatesModule templates;
  private final MessagingModule messaging;
  private final IntakeModule intake;
  private final FlowsModule flows;
  private final List<ChannelAdapter> plugs;
  private final EventCatalogue catalogue;
  private final EventHub hub;
  private final UnreadStreams unread;
  private final LiveEvents live;
  private final Egress egress;
  private final MailLane mailing;
  private final WebhooksModule webhooks;

  private Features(Platform platform, ChatFlowConfiguration configuration) {
    this.platform = platform;
    this.tenancy = TenancyModule.wire(platform);
    this.media = media(platform, configuration);
    this.contacts = ContactsModule.wire(platform);
    this.plugs = plugs(platform, configuration);
    this.channels = channels(platform, configuration, plugs);
    Arrays.stream(ChannelType.values()).forEach(channels.service()::adapter);
    this.operations = OperationsModule.wire(platform);
    this.templates =
        TemplatesModule.wire(
            platform, channels.service(), channels.connector(), operations.operations());
    this.messaging = messaging(platform, contacts, channels, templates, media);
    this.flows = FlowsModule.wire(platform, messaging.messages());
    this.intake =
        IntakeModule.wire(
            platform,
            messaging,
            contacts,
            channels.service(),
            templates.notices(),
            flows.listener());
    SendingModule.wire(platform, messaging, channels.service());
    var receipts = new SandboxReceipts(platform.db(), intake.ingest(), platform.clock());
    platform.lanes().register(receipts);
    this.hub = watchedHub(platform);
    this.unread = new UnreadStreams(platform.monotonic());
    this.live = new LiveEvents(platform.db(), hub, unread);
    this.catalogue = new EventCatalogue(platform.contract());
    this.egress = new Egress(new AddressGuard(configuration.egress().networks()));
    var mails = new MailQueue(platform.lanes(), platform.ids(), platform.clock());
    this.mailing =
        MailLane.wire(
            platform, mails, mailer(configuration), Executors.newVirtualThreadPerTaskExecutor());
    this.webhooks =
        WebhooksModule.wire(platform, operations.operations(), egress, catalogue, mails);
  }

  private static MediaModule media(Platform platform, ChatFlowConfiguration configuration) {
    return MediaModule.wire(
        platform,
        configuration.publicUrl(),
        new LocalBlobs(configuration.mediaFolder()),
        configuration.media().maxMegabytes() * MEBIBYTE);
  }

  /// The types of channels: one line each.
  private static List<ChannelAdapter> plugs(
      Platform platform, ChatFlowConfiguration configuration) {
    return List.of(
        new WhatsAppCloudAdapter(configuration.whatsAppCloud().baseUrl(), CONNECT, CALL),
        new TelegramAdapter(configuration.telegram().baseUrl(), CONNECT, CALL, platform.random()),
        new TwilioSmsAdapter(
            configuration.twilio().baseUrl(), configuration.publicUrl(), CONNECT, CALL),
        new SandboxAdapter(
            platform.db(), platform.lanes()::wake, platform.ids(), platform.clock()));
  }

  private static ChannelsModule channels(
      Platform platform, ChatFlowConfiguration configuration, List<ChannelAdapter> plugs) {
    return ChannelsModule.wire(
        new ChannelsModule.Platform(
            platform.db(),
            platform.secrets(),
            platform.events(),
            platform.pages(),
            platform.ids(),
            platform.clock()),
        configuration.publicUrl(),
        plugs);
  }

  private static MessagingModule messaging(
      Platform platform,
      ContactsModule contacts,
      ChannelsModule channels,
      TemplatesModule templates,
      MediaModule media) {
    return MessagingModule.wire(
        platform,
        contacts.contacts(),
        contacts.resolver(),
        channels.service(),
        templates.sendable(),
        media.files());
  }

  private static EventHub watchedHub(Platform platform) {
    var hub = new EventHub(platform.db(), platform.feed());
    platform
        .telemetry()
        .watch("chatflow_event_streams_open", "Clients that follow events live", hub::followers);
    return hub;
  }

  private static Mailer mailer(ChatFlowConfiguration configuration) {
    var from = configuration.mail().from();
    return configuration
        .mail()
        .smtp()
        .<Mailer>map(address -> new SmtpMailer(address, from))
        .or(
            () ->
                configuration
                    .dataFolder()
                    .map(folder -> new FolderMailer(folder.resolve("mail"), from)))
        .orElse(Mailer.NONE);
  }

  private SandboxResource sandboxResource() {
    return new SandboxResource(
        new SandboxService(
            platform.db(),
            channels.service(),
            intake.ingest(),
            messaging.messages(),
            platform.ids(),
            platform.clock()),
        platform.pages());
  }

  static Features wire(Platform platform, ChatFlowConfiguration configuration) {
    return new Features(platform, configuration);
  }

  TenancyModule tenancy() {
    return tenancy;
  }

  /// What providers post to, by path.
  Map<String, HttpServlet> receivers() {
    var inbound =
        new ChannelAdapter.Inbound(
            channels.hooks(),
            intake.ingest(),
            new ProblemWriter(platform.problems()),
            platform.clock());
    var receivers = new HashMap<String, HttpServlet>();
    for (var plug : plugs) {
      var receiver = plug.receiver(inbound);
      if (receiver != null) {
        receivers.put(Hooks.path(plug.type()), receiver);
      }
    }
    return receivers;
  }

  /// Those who follow the event log live.
  EventHub hub() {
    return hub;
  }

  /// Those of them who do not read.
  UnreadStreams unread() {
    return unread;
  }

  HttpServlet mediaContents() {
    return media.contents();
  }

  PublicKeyServlet webhookKeys() {
    return webhooks.publicKeys();
  }

  List<HousekeepingJob> housekeeping() {
    return Stream.of(
            operations.housekeeping(),
            templates.housekeeping(),
            webhooks.housekeeping(),
            media.housekeeping())
        .flatMap(List::stream)
        .toList();
  }

  List<Graph> graphs() {
    return List.of(
        tenancy.graph(),
        contacts.graph(),
        new MessagingGraph(
            messaging.conversations(), messaging.messages(), platform.db(), platform.pages()),
        new LiveGraph(live, messaging.conversations(), channels.service(), contacts.contacts()));
  }

  List<Object> resources() {
    var resources = new ArrayList<Object>();
    resources.addAll(tenancy.resources());
    resources.addAll(media.resources());
    resources.addAll(contacts.resources());
    resources.add(channels.resource());
    resources.addAll(templates.resources());
    resources.add(sandboxResource());
    resources.addAll(messaging.resources());
    resources.addAll(flows.resources());
    resources.add(new EventResource(platform.db(), catalogue, live, platform.monotonic()));
    resources.addAll(operations.resources());
    resources.addAll(webhooks.resources());
    return resources;
  }

  @Override
  public void close() {
    plugs.forEach(ChannelAdapter::close);
    webhooks.close();
    mailing.close();
    egress.close();
  }
}
