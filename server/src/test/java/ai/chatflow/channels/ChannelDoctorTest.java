package ai.chatflow.channels;

import static org.assertj.core.api.Assertions.assertThat;

import ai.chatflow.api.model.ChannelCheck;
import ai.chatflow.api.model.ChannelHealth;
import ai.chatflow.api.model.ChannelType;
import ai.chatflow.api.model.MessageError;
import ai.chatflow.api.model.MessageErrorCode;
import ai.chatflow.channels.whatsappcloud.WhatsAppCloudSetup;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ChannelDoctorTest {
  private final AskedPlug plug = new AskedPlug();
  private final ChannelsFixture fixture = new ChannelsFixture(List.of(plug));
  private final ChannelDoctor doctor =
      new ChannelDoctor(new ChannelAdapters(List.of(plug)), fixture.module.hooks(), fixture.clock);
  private final Channel channel = fixture.whatsApp("1001");

  /// A plug whose provider answers as a test tells it.
  private static final class AskedPlug extends FakePlug {
    private List<ChannelCheck> checks = List.of();

    AskedPlug() {
      super(ChannelType.WHATSAPP_CLOUD, new WhatsAppCloudSetup());
    }

    @Override
    public List<ChannelCheck> examine(Channel channel) {
      return checks;
    }
  }

  @AfterEach
  void close() {
    fixture.close();
  }

  @Test
  void aChannelWhoseWebhookComesInIsWell() {
    seen();

    assertThat(words(doctor.examine(channel))).containsExactly("ok", "webhook pass");
  }

  @Test
  void aWebhookThatNeverCameIsAWarningWithARemedy() {
    var health = doctor.examine(channel);

    assertThat(words(health)).containsExactly("degraded", "webhook warn");
    assertThat(health.checks().getFirst().remedy()).contains("webhook_url");
  }

  @Test
  void aWebhookThatHasBeenQuietForAWeekIsAWarning() {
    seen();
    fixture.clock.advance(Duration.ofDays(8));

    assertThat(words(doctor.examine(channel))).containsExactly("degraded", "webhook warn");
  }

  @Test
  void theWorstThatTheProviderSaysIsWhatTheChannelIs() {
    seen();
    plug.checks =
        List.of(
            new ChannelCheck("quality", ChannelCheck.StatusEnum.WARN, "low", "less"),
            new ChannelCheck("access_token", ChannelCheck.StatusEnum.FAIL, "expired", "renew"));

    assertThat(words(doctor.examine(channel)))
        .containsExactly("down", "quality warn", "access_token fail", "webhook pass");
  }

  @Test
  void aChannelThatWasStoppedSaysWhy() {
    seen();
    var error =
        new MessageError(MessageErrorCode.CHANNEL_UNAUTHORIZED, "The token expired.", "190", false);
    fixture
        .database
        .db()
        .useTransaction(fixture.workspace, tx -> fixture.channels().stop(tx, channel.id(), error));

    var health = doctor.examine(fixture.channels().get(fixture.workspace, channel.id()));

    assertThat(words(health)).containsExactly("down", "connection fail", "webhook pass");
    assertThat(health.checks().getFirst().detail()).contains("The token expired.");
  }

  private void seen() {
    var hooks = fixture.module.hooks();
    hooks.seen(hooks.find(Objects.requireNonNull(channel.hook())).orElseThrow());
  }

  private static List<String> words(ChannelHealth health) {
    var words = new ArrayList<>(List.of(health.status().value()));
    health.checks().forEach(check -> words.add(check.name() + " " + check.status().value()));
    return words;
  }
}
