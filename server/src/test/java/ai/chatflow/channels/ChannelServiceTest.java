package ai.chatflow.channels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import ai.chatflow.api.model.ChannelConfigInput;
import ai.chatflow.api.model.ChannelStatus;
import ai.chatflow.api.model.ChannelType;
import ai.chatflow.api.model.MessageError;
import ai.chatflow.api.model.MessageErrorCode;
import ai.chatflow.api.model.ProblemCode;
import ai.chatflow.api.model.SandboxConfigInput;
import ai.chatflow.api.model.WhatsAppCloudConfigInput;
import ai.chatflow.platform.errors.Conflict;
import ai.chatflow.platform.errors.FieldError;
import ai.chatflow.platform.errors.Invalid;
import ai.chatflow.platform.errors.NotFound;
import ai.chatflow.platform.errors.PreconditionFailed;
import ai.chatflow.platform.http.PageRequest;
import ai.chatflow.platform.ids.WorkspaceId;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Executors;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ChannelServiceTest {
  private final ChannelsFixture fixture = new ChannelsFixture();
  private final ChannelService channels = fixture.channels();
  private final WorkspaceId workspace = fixture.workspace;

  @AfterAll
  void close() {
    fixture.close();
  }

  @Test
  void aChannelIsKeptWithItsSecretsButEventsShowNone() {
    Channel created = fixture.whatsApp("1001");

    Channel read = channels.get(workspace, created.id());

    assertThat(read).isEqualTo(created);
    assertThat(read.credential()).isEqualTo(new Secret("token-of-1001"));
    assertThat(read.toString()).doesNotContain("token-of-1001");
    assertThat(fixture.events.everything())
        .contains(created.id().toString(), "/hooks/whatsapp-cloud/" + created.hook())
        .doesNotContain("token-of-1001", "the-app-secret", "the-verify-token");
  }

  @Test
  void channelsOfOneAppShareAHookAndItsSecrets() {
    Channel first = fixture.whatsApp("2001");
    var second =
        channels.create(
            workspace,
            "Second",
            ChannelsFixture.settings("2002").appSecret(null).verifyToken(null).build(),
            20,
            null);

    assertThat(second.hook()).isEqualTo(first.hook());
    assertThat(second.sendRatePerSecond()).isEqualTo(20);
  }

  @Test
  void theFirstChannelOfAnAppNamesEverySecretThatItLacks() {
    var bare =
        ChannelsFixture.settings("3001")
            .appId("900999")
            .accessToken(null)
            .appSecret(null)
            .verifyToken(null)
            .build();

    assertThatThrownBy(() -> channels.create(workspace, "Bare", bare, null, null))
        .asInstanceOf(InstanceOfAssertFactories.type(Invalid.class))
        .extracting(invalid -> invalid.errors().stream().map(FieldError::pointer).toList())
        .isEqualTo(List.of("/config/access_token", "/config/app_secret", "/config/verify_token"));
  }

  @Test
  void aNumberIsConnectedOncePerWorkspace() {
    fixture.whatsApp("4001");

    assertThatThrownBy(() -> fixture.whatsApp("4001")).isInstanceOf(Conflict.class);
  }

  @Test
  void ofTwoChannelsThatAreMadeForOneNumberAtOnceTheLaterIsAConflict() {
    assertThat(
            meanwhile(
                () -> make(app("900401", "4101").build()),
                () -> make(app("900402", "4101").build())))
        .isInstanceOfSatisfying(
            Conflict.class, late -> assertThat(late.code()).isEqualTo(ProblemCode.CHANNEL_TAKEN));
  }

  @Test
  void ofTwoChannelsThatChangeToOneNumberAtOnceTheLaterIsAConflict() {
    Channel first = make(app("900501", "4201").build());
    Channel second = make(app("900502", "4202").build());

    var refusal =
        meanwhile(
            () -> changeTo(first, app("900501", "4203").build()),
            () -> changeTo(second, app("900502", "4203").build()));

    assertThat(refusal)
        .isInstanceOfSatisfying(
            Conflict.class, late -> assertThat(late.code()).isEqualTo(ProblemCode.CHANNEL_TAKEN));
    assertThat(channels.get(workspace, first.id()).account()).isEqualTo("4203");
    assertThat(channels.get(workspace, second.id())).isEqualTo(second);
  }

  @Test
  void aNumberThatAnotherChannelHasCannotBeChangedTo() {
    make(app("900601", "4301").build());
    Channel second = make(app("900602", "4302").build());

    assertThatThrownBy(() -> changeTo(second, app("900602", "4301").build()))
        .isInstanceOf(Conflict.class);
  }

  @Test
  void aHookStaysWhenAChannelOfItsAppComesWhileTheLastOneGoes() {
    Channel last = make(app("900701", "4401").build());
    var hook = Objects.requireNonNull(last.hook());

    var refusal =
        meanwhile(
            () -> make(app("900701", "4402").build()),
            () -> channels.delete(workspace, last.id(), null));

    assertThat(refusal).isNull();
    assertThat(fixture.module.hooks().fresh(hook)).isPresent();
  }

  @Test
  void anotherWorkspaceNeitherSeesNorBlocksAChannel() {
    Channel channel = fixture.whatsApp("5001");
    var other = new WorkspaceId(fixture.ids.next());

    assertThatThrownBy(() -> channels.get(other, channel.id())).isInstanceOf(NotFound.class);
    var theirs =
        channels.create(other, "Theirs", ChannelsFixture.settings("5001").build(), null, null);
    assertThat(theirs.hook()).isNotEqualTo(channel.hook());
  }

  @Test
  void aPatchChangesWhatItNamesAndKeepsTheSecrets() {
    Channel before = fixture.whatsApp("6001");
    Map<String, @Nullable String> metadata = new HashMap<>();
    metadata.put("team", "shop");

    Channel after =
        channels.update(
            workspace,
            before.id(),
            "\"1\"",
            new ChannelService.Patch(
                "Renamed",
                ChannelsFixture.settings("6001")
                    .accessToken(null)
                    .appSecret(null)
                    .verifyToken(null)
                    .apiVersion("v24.0")
                    .build(),
                null,
                metadata));

    assertThat(after.name()).isEqualTo("Renamed");
    assertThat(after.sendRatePerSecond()).isEqualTo(80);
    assertThat(after.credential()).isEqualTo(before.credential());
    assertThat(after.metadata()).isEqualTo(Map.of("team", "shop"));
    assertThat(after.version()).isEqualTo(2);
    assertThat(channels.get(workspace, before.id())).isEqualTo(after);
  }

  @Test
  void nullTakesAKeyOutOfTheMetadata() {
    Channel before = fixture.sandbox();
    Map<String, @Nullable String> patch = new HashMap<>();
    patch.put("a", null);

    Channel after =
        channels.update(
            workspace, before.id(), null, new ChannelService.Patch(null, null, 5, patch));

    assertThat(after.metadata()).isEmpty();
    assertThat(after.sendRatePerSecond()).isEqualTo(5);
  }

  @Test
  void anOldETagIsRefused() {
    Channel channel = fixture.sandbox();

    assertThatThrownBy(
            () ->
                channels.update(
                    workspace,
                    channel.id(),
                    "\"9\"",
                    new ChannelService.Patch("x", null, null, null)))
        .isInstanceOf(PreconditionFailed.class);
    assertThatThrownBy(() -> channels.delete(workspace, channel.id(), "\"9\""))
        .isInstanceOf(PreconditionFailed.class);
  }

  @Test
  void theTypeOfAChannelStays() {
    Channel channel = fixture.whatsApp("7001");

    assertThatThrownBy(
            () ->
                channels.update(
                    workspace,
                    channel.id(),
                    null,
                    new ChannelService.Patch(
                        null, SandboxConfigInput.builder().build(), null, null)))
        .isInstanceOf(Invalid.class);
  }

  @Test
  void aStoppedChannelSaysWhyAndNewSettingsConnectItAgain() {
    Channel channel = fixture.whatsApp("8001");
    var error =
        MessageError.builder()
            .code(MessageErrorCode.CHANNEL_UNAUTHORIZED)
            .detail("The token has expired.")
            .retryable(false)
            .build();

    fixture.database.db().useTransaction(workspace, tx -> channels.stop(tx, channel.id(), error));
    Channel stopped = channels.get(workspace, channel.id());
    fixture.database.db().useTransaction(workspace, tx -> channels.stop(tx, channel.id(), error));

    assertThat(stopped.status()).isEqualTo(ChannelStatus.DISCONNECTED);
    assertThat(stopped.problem()).isEqualTo(error);
    assertThat(channels.get(workspace, channel.id())).isEqualTo(stopped);
    Channel mended =
        channels.update(
            workspace,
            channel.id(),
            null,
            new ChannelService.Patch(
                null, ChannelsFixture.settings("8001").accessToken("new").build(), null, null));
    assertThat(mended.status()).isEqualTo(ChannelStatus.CONNECTED);
    assertThat(mended.problem()).isNull();
    assertThat(mended.credential()).isEqualTo(new Secret("new"));
  }

  @Test
  void theHookGoesWithTheLastChannelOfItsApp() {
    var settings = ChannelsFixture.settings("9001").appId("900200");
    Channel first = channels.create(workspace, "1", settings.build(), null, null);
    Channel second =
        channels.create(workspace, "2", settings.phoneNumberId("9002").build(), null, null);
    var hook = Objects.requireNonNull(first.hook());

    channels.delete(workspace, first.id(), null);
    assertThat(fixture.module.hooks().find(hook)).isPresent();
    channels.delete(workspace, second.id(), "\"1\"");

    assertThat(fixture.module.hooks().find(hook)).isEmpty();
    assertThat(fixture.events.types()).contains("channel.deleted");
  }

  @Test
  void listsComeInPagesNewestFirst() {
    var other = new WorkspaceId(fixture.ids.next());
    for (String number : List.of("1", "2", "3")) {
      channels.create(other, number, ChannelsFixture.settings(number).build(), null, null);
    }
    channels.create(other, "sandbox", SandboxConfigInput.builder().build(), null, null);

    var first =
        channels.list(other, ChannelType.WHATSAPP_CLOUD, new PageRequest(2, Optional.empty()));
    var second = channels.list(other, ChannelType.WHATSAPP_CLOUD, new PageRequest(2, first.next()));

    assertThat(first.items()).extracting(Channel::name).containsExactly("3", "2");
    assertThat(second.items()).extracting(Channel::name).containsExactly("1");
    assertThat(second.next()).isEmpty();
    assertThat(channels.list(other, null, new PageRequest(9, Optional.empty())).items()).hasSize(4);
  }

  private static WhatsAppCloudConfigInput.Builder app(String app, String phoneNumberId) {
    return ChannelsFixture.settings(phoneNumberId).appId(app);
  }

  private Channel make(ChannelConfigInput settings) {
    return channels.create(workspace, "Shop", settings, null, null);
  }

  private void changeTo(Channel channel, ChannelConfigInput settings) {
    channels.update(
        workspace, channel.id(), null, new ChannelService.Patch(null, settings, null, null));
  }

  /// Does the second from another connection while the transaction of the first is open, which it
  /// then has to wait for.
  ///
  /// @return what the second threw; null when nothing
  private @Nullable Throwable meanwhile(Runnable first, Runnable second) {
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var late =
          fixture
              .database
              .db()
              .inTransaction(
                  workspace,
                  _ -> {
                    first.run();
                    var started = threads.submit(second);
                    while (!started.isDone() && !somebodyWaitsForALock()) {
                      Thread.onSpinWait();
                    }
                    return started;
                  });
      Throwable thrown = catchThrowable(late::get);
      return thrown == null ? null : thrown.getCause();
    }
  }

  private boolean somebodyWaitsForALock() {
    try (var connection = fixture.database.admin().getConnection();
        var statement = connection.createStatement();
        var found =
            statement.executeQuery(
                """
                select exists (select from pg_stat_activity
                  where wait_event_type = 'Lock' and datname = current_database())
                """)) {
      return found.next() && found.getBoolean(1);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }
}
