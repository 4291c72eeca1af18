package ai.chatflow.templates;

import ai.chatflow.channels.ChannelConnector;
import ai.chatflow.channels.ChannelService;
import ai.chatflow.operations.OperationService;
import ai.chatflow.platform.Platform;
import ai.chatflow.platform.lanes.HousekeepingJob;
import java.time.Duration;
import java.util.List;

/// Wires templates.
public final class TemplatesModule {
  private final MessageTemplateResource resource;
  private final SendableTemplates sendable = new SendableTemplates();
  private final TemplateNotices notices;

  private TemplatesModule(
      Platform platform,
      ChannelService channels,
      ChannelConnector connector,
      OperationService operations) {
    var accounts = new Accounts(channels);
    var events = new TemplateEvents(platform.events());
    var schedule = new SyncSchedule(platform.lanes(), platform.random(), platform.clock());
    var works =
        new TemplateService.Works(
            new SubmitWork(accounts, events, platform.clock()),
            new DeleteWork(accounts, events, platform.clock()),
            new SyncWork(accounts, schedule, events, platform.ids(), platform.clock()));
    operations.register(works.submit());
    operations.register(works.delete());
    operations.register(works.sync());
    var service =
        new TemplateService(
            platform.db(), accounts, works, operations, events, platform.ids(), platform.clock());
    this.resource = new MessageTemplateResource(service, platform.pages());
    this.notices = new TemplateNotices(accounts, schedule, events, platform.clock());
    connector.onConnected(
        (tx, channel) -> accounts.account(channel).ifPresent(account -> schedule.now(tx, account)));
    platform
        .lanes()
        .register(
            new SyncLane(
                platform.db(),
                operations,
                works.sync(),
                schedule,
                accounts,
                platform.ids(),
                platform.clock()));
  }

  /// Before the lanes start.
  public static TemplatesModule wire(
      Platform platform,
      ChannelService channels,
      ChannelConnector connector,
      OperationService operations) {
    return new TemplatesModule(platform, channels, connector, operations);
  }

  public SendableTemplates sendable() {
    return sendable;
  }

  public TemplateNotices notices() {
    return notices;
  }

  public List<Object> resources() {
    return List.of(resource);
  }

  public List<HousekeepingJob> housekeeping() {
    return List.of(
        new HousekeepingJob(
            "expire-deleted-templates", Duration.ofHours(1), TemplateStore::expire));
  }
}
