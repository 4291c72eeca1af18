package ai.chatflow.channels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.chatflow.api.model.ChannelStatus;
import ai.chatflow.api.model.ChannelType;
import ai.chatflow.api.model.MessageError;
import ai.chatflow.api.model.MessageErrorCode;
import ai.chatflow.api.model.SandboxConfigInput;
import ai.chatflow.platform.errors.Conflict;
import ai.chatflow.platform.errors.FieldError;
import ai.chatflow.platform.errors.Invalid;
import ai.chatflow.platform.errors.NotFound;
import ai.chatflow.platform.errors.PreconditionFailed;
import ai.chatflow.platform.http.PageRequest;
import ai.chatflow.platform.ids.WorkspaceId;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
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
            new ChannelPatch(
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
        channels.update(workspace, before.id(), null, new ChannelPatch(null, null, 5, patch));

    assertThat(after.metadata()).isEmpty();
    assertThat(after.sendRatePerSecond()).isEqualTo(5);
  }

  @Test
  void anOldETagIsRefused() {
    Channel channel = fixture.sandbox();

    assertThatThrownBy(
            () ->
                channels.update(
                    workspace, channel.id(), "\"9\"", new ChannelPatch("x", null, null, null)))
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
                    new ChannelPatch(null, new SandboxConfigInput(null), null, null)))
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
            new ChannelPatch(
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
    channels.create(other, "sandbox", new SandboxConfigInput(null), null, null);

    var first =
        channels.list(other, ChannelType.WHATSAPP_CLOUD, new PageRequest(2, Optional.empty()));
    var second = channels.list(other, ChannelType.WHATSAPP_CLOUD, new PageRequest(2, first.next()));

    assertThat(first.items()).extracting(Channel::name).containsExactly("3", "2");
    assertThat(second.items()).extracting(Channel::name).containsExactly("1");
    assertThat(second.next()).isEmpty();
    assertThat(channels.list(other, null, new PageRequest(9, Optional.empty())).items()).hasSize(4);
  }
}
