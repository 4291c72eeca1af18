package ai.chatflow.channels;

import ai.chatflow.api.model.ChannelStatus;
import ai.chatflow.api.model.ChannelType;
import ai.chatflow.api.model.SandboxConfigInput;
import ai.chatflow.api.model.WhatsAppCloudConfig;
import ai.chatflow.api.model.WhatsAppCloudConfigInput;
import ai.chatflow.platform.crypto.SecretBox;
import ai.chatflow.platform.http.Cursors;
import ai.chatflow.platform.http.Pages;
import ai.chatflow.platform.ids.ChannelId;
import ai.chatflow.platform.ids.IdGenerator;
import ai.chatflow.platform.ids.WorkspaceId;
import ai.chatflow.testing.ManualClock;
import ai.chatflow.testing.TestDatabase;
import java.net.URI;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.UUID;

/// The feature on a database of its own.
public final class ChannelsFixture implements AutoCloseable {
  public final TestDatabase database = TestDatabase.create();
  public final ManualClock clock = ManualClock.atNow();
  public final IdGenerator ids = new IdGenerator(clock, new SplittableRandom(7));
  public final WorkspaceId workspace = new WorkspaceId(ids.next());
  public final FakeEventLog events = new FakeEventLog();
  public final ChannelsModule module;

  /// With plugs that accept everything.
  public ChannelsFixture() {
    this(List.of(FakePlug.sandbox(), FakePlug.whatsApp()));
  }

  public ChannelsFixture(List<? extends ChannelAdapter> plugs) {
    var platform =
        new ChannelsModule.Platform(
            database.db(),
            new SecretBox(database.db(), TestDatabase.MASTER_KEY, ids),
            events,
            new Pages(new Cursors(TestDatabase.MASTER_KEY)),
            ids,
            clock);
    this.module = ChannelsModule.wire(platform, URI.create("https://chat.example.com"), plugs);
  }

  public ChannelService channels() {
    return module.service();
  }

  public Channel sandbox() {
    return channels()
        .create(
            workspace, "Playground", SandboxConfigInput.builder().build(), null, Map.of("a", "b"));
  }

  public Channel whatsApp(String phoneNumberId) {
    return channels().create(workspace, "Shop", settings(phoneNumberId).build(), null, null);
  }

  /// Complete settings of a number of one app and one account.
  public static WhatsAppCloudConfigInput.Builder settings(String phoneNumberId) {
    return WhatsAppCloudConfigInput.builder()
        .phoneNumberId(phoneNumberId)
        .wabaId("800100200300400")
        .appId("900100")
        .accessToken("token-of-" + phoneNumberId)
        .appSecret("the-app-secret")
        .verifyToken("the-verify-token");
  }

  /// A number that is kept nowhere.
  public static Channel number(String token, String phoneNumberId, String account, String app) {
    var config =
        WhatsAppCloudConfig.builder()
            .phoneNumberId(phoneNumberId)
            .wabaId(account)
            .appId(app)
            .apiVersion("v23.0")
            .build();
    return new Channel(
        new WorkspaceId(new UUID(0, 1)),
        new ChannelId(new UUID(0, 2)),
        ChannelType.WHATSAPP_CLOUD,
        phoneNumberId,
        account,
        "Shop",
        ChannelStatus.CONNECTED,
        null,
        config,
        null,
        new Secret(token),
        80,
        Map.of(),
        1,
        Instant.EPOCH,
        Instant.EPOCH);
  }

  @Override
  public void close() {
    database.close();
  }
}
