package ai.chatflow.channels.telegram;

import static org.assertj.core.api.Assertions.assertThat;

import ai.chatflow.api.model.ChannelCheck;
import ai.chatflow.api.model.ChannelStatus;
import ai.chatflow.api.model.ChannelType;
import ai.chatflow.api.model.MessageErrorCode;
import ai.chatflow.api.model.ReactionContent;
import ai.chatflow.api.model.TelegramConfig;
import ai.chatflow.api.model.TextContent;
import ai.chatflow.channels.Channel;
import ai.chatflow.channels.ChannelAdapter.Connection;
import ai.chatflow.channels.ChannelAdapter.Webhook;
import ai.chatflow.channels.OutboundMessage;
import ai.chatflow.channels.Secret;
import ai.chatflow.channels.SendOutcome;
import ai.chatflow.platform.ids.ChannelId;
import ai.chatflow.platform.ids.HookId;
import ai.chatflow.platform.ids.MessageId;
import ai.chatflow.platform.ids.WorkspaceId;
import ai.chatflow.testing.telegram.BotFault;
import ai.chatflow.testing.telegram.TelegramSimulator;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class TelegramAdapterTest {
  private static final String TOKEN = "123456789:AAtestTESTtestTESTtestTESTtestTEST1";
  private static final String REVOKED = "123456789:AArevokedREVOKEDrevokedREVOKEDrevo2";
  private static final MessageId ID = MessageId.fromString("msg_01kavk5e4sf2xr2bq6d8n1c7pm");
  private static final HookId HOOK = HookId.fromString("hok_01kavk5e4sf2xr2bq6d8n1c7pm");
  private static final Webhook WEBHOOK =
      new Webhook(
          URI.create("https://chat.example.com/hooks/telegram/" + HOOK), new Secret("s-e_cret"));

  private final TelegramSimulator telegram = new TelegramSimulator(0);
  private final TelegramAdapter adapter = adapter(telegram.url());

  TelegramAdapterTest() throws IOException {}

  @BeforeEach
  void play() {
    telegram.plays(TOKEN, "shop_bot");
  }

  @AfterEach
  void close() {
    adapter.close();
    telegram.close();
    assertThat(telegram.log().takeOffences()).isEmpty();
  }

  @Test
  void anAcceptedMessageHasTheIdsOfItsChatAndItself() {
    var outcome = send("Hola");

    var done = telegram.log().sentTo("5001").getFirst();
    assertThat(outcome).isEqualTo(new SendOutcome.Accepted("5001:" + done.messageId()));
    assertThat(done.body().path("text").asText()).isEqualTo("Hola");
  }

  @Test
  void aReactionHasNoIdAtTelegramAndGetsOneOfOurs() {
    var content = ReactionContent.builder().providerMessageId("5001:7").emoji("❤").build();

    assertThat(adapter.send(channel(TOKEN), new OutboundMessage(ID, "5001", content, null, null)))
        .isEqualTo(new SendOutcome.Accepted("reaction:" + ID));
  }

  @Test
  void aDroppedConnectionLeavesTheOutcomeOpenAndIsNotRepeated() {
    telegram.next("sendMessage", new BotFault.DropAfterAccepting());

    assertThat(send("Hola")).isInstanceOf(SendOutcome.Unknown.class);
    assertThat(telegram.log().sentTo("5001")).hasSize(1);
  }

  @Test
  void silenceLeavesTheOutcomeOpen() {
    telegram.next("sendMessage", new BotFault.Hang());

    assertThat(send("Hola")).isInstanceOf(SendOutcome.Unknown.class);
  }

  @Test
  void aGatewayLeavesTheOutcomeOpen() {
    telegram.next(
        "sendMessage",
        new BotFault.Gateway(502),
        new BotFault.Gateway(504),
        new BotFault.Gateway(200),
        new BotFault.Gateway(503));

    assertThat(send("1")).isInstanceOf(SendOutcome.Unknown.class);
    assertThat(send("2")).isInstanceOf(SendOutcome.Unknown.class);
    assertThat(send("3")).isInstanceOf(SendOutcome.Unknown.class);
    assertThat(send("4")).isInstanceOf(SendOutcome.Retry.class);
  }

  @Test
  void aRefusedConnectionWasSurelyNotSent() throws IOException {
    int port;
    try (var socket = new ServerSocket(0)) {
      port = socket.getLocalPort();
    }
    try (var nowhere = adapter(URI.create("http://127.0.0.1:" + port));
        var nobody = adapter(URI.create("http://nobody.invalid"))) {
      assertThat(nowhere.send(channel(TOKEN), message("Hola")))
          .isInstanceOf(SendOutcome.NotSent.class);
      assertThat(nobody.send(channel(TOKEN), message("Hola")))
          .isInstanceOf(SendOutcome.NotSent.class);
    }
  }

  @Test
  void tooFastSaysForHowLong() {
    telegram.next("sendMessage", new BotFault.Refuse(429, "Too Many Requests: retry after 4", 4));

    assertThat(send("1"))
        .isInstanceOfSatisfying(
            SendOutcome.Throttled.class,
            throttled -> assertThat(throttled.after()).isEqualTo(Duration.ofSeconds(4)));
  }

  @Test
  void whoBlockedTheBotGetsNothing() {
    telegram.blockedBy("5001");

    assertThat(send("Hola"))
        .isInstanceOfSatisfying(
            SendOutcome.Failed.class,
            failed -> assertThat(failed.error().code()).isEqualTo(MessageErrorCode.OPTED_OUT));
  }

  @Test
  void aRevokedTokenStopsTheChannelAndIsNotShown() {
    var outcome = adapter.send(channel(REVOKED), message("Hola"));

    assertThat(outcome)
        .isInstanceOfSatisfying(
            SendOutcome.ChannelDown.class,
            down ->
                assertThat(down.error().code()).isEqualTo(MessageErrorCode.CHANNEL_UNAUTHORIZED));
    assertThat(outcome.toString()).doesNotContain("REVOKED");
  }

  /// Proxies and stand-ins like to say which address they do not know.
  @Test
  void anAnswerThatRepeatsTheTokenIsCleaned() {
    telegram.next("sendMessage", new BotFault.Refuse(400, "no route /bot" + TOKEN + "/x", 0));
    telegram.next("getMe", new BotFault.Refuse(400, "no route /bot" + TOKEN + "/x", 0));

    assertThat(send("Hola").toString()).contains("/bot***/x").doesNotContain(TOKEN);
    assertThat(adapter.connect(channel(TOKEN), WEBHOOK).toString()).doesNotContain(TOKEN);
  }

  @Test
  void whatBreaksTheRulesOfTelegramFails() {
    assertThat(send("x".repeat(4_097))).isInstanceOf(SendOutcome.Failed.class);

    assertThat(telegram.log().takeOffences()).hasSize(1);
  }

  @Test
  void connectingSetsTheWebhookAndLearnsTheName() {
    var made = adapter.connect(channel(TOKEN), WEBHOOK);

    assertThat(made)
        .isEqualTo(new Connection.Made(new TelegramConfig(null, "123456789", "shop_bot")));
    var set = java.util.Objects.requireNonNull(telegram.webhook(TOKEN));
    assertThat(set.path("url").asText()).isEqualTo(WEBHOOK.url().toString());
    assertThat(set.path("secret_token").asText()).isEqualTo("s-e_cret");
    assertThat(set.path("allowed_updates")).hasSize(TelegramConnections.UPDATES.size());
  }

  @Test
  void aRefusalOfConnectingIsToldFromSilence() {
    assertThat(adapter.connect(channel(REVOKED), WEBHOOK)).isInstanceOf(Connection.Refused.class);
    telegram.next("setWebhook", new BotFault.Refuse(400, "Bad Request: bad webhook", 0));
    assertThat(adapter.connect(channel(TOKEN), WEBHOOK)).isInstanceOf(Connection.Refused.class);
    telegram.next(
        "setWebhook",
        new BotFault.Refuse(429, "Too Many Requests", 1),
        new BotFault.Refuse(500, "Internal", 0));
    assertThat(adapter.connect(channel(TOKEN), WEBHOOK)).isInstanceOf(Connection.Unreached.class);
    assertThat(adapter.connect(channel(TOKEN), WEBHOOK)).isInstanceOf(Connection.Unreached.class);
  }

  @Test
  void disconnectingTakesAwayOurWebhookAndNobodyElses() {
    adapter.connect(channel(TOKEN), WEBHOOK);
    assertThat(adapter.disconnect(channel(TOKEN))).isEqualTo(new Connection.Made(null));
    assertThat(telegram.webhook(TOKEN)).isNull();

    var other = new Webhook(URI.create("https://other.example.com/bot"), new Secret("x"));
    adapter.connect(channel(TOKEN), other);
    assertThat(adapter.disconnect(channel(TOKEN))).isEqualTo(new Connection.Made(null));
    assertThat(telegram.webhook(TOKEN)).isNotNull();

    assertThat(adapter.disconnect(channel(REVOKED))).isEqualTo(new Connection.Made(null));
  }

  @Test
  void healthSaysWhatIsMissing() {
    assertThat(statuses(REVOKED)).isEqualTo("bot_token=fail ");
    assertThat(statuses(TOKEN)).isEqualTo("bot_token=pass subscription=fail ");
    adapter.connect(channel(TOKEN), WEBHOOK);
    assertThat(statuses(TOKEN)).isEqualTo("bot_token=pass subscription=pass ");
    var other = new Webhook(URI.create("https://other.example.com/bot"), new Secret("x"));
    adapter.connect(channel(TOKEN), other);
    assertThat(statuses(TOKEN)).isEqualTo("bot_token=pass subscription=fail ");
    telegram.next("getMe", new BotFault.Gateway(502));
    assertThat(statuses(TOKEN)).isEqualTo("bot_token=warn ");
  }

  @Test
  void typingIsShownAndReadingIsNot() {
    adapter.markRead(channel(TOKEN), "5001:7", true);
    adapter.markRead(channel(TOKEN), "5001:7", false);
    adapter.markRead(channel(TOKEN), "callback:7", true);

    assertThat(telegram.log().of("sendChatAction")).hasSize(1);
  }

  static TelegramAdapter adapter(URI url) {
    return new TelegramAdapter(url, Duration.ofMillis(500), Duration.ofSeconds(2), new Random(7));
  }

  private String statuses(String token) {
    var text = new StringBuilder();
    for (ChannelCheck check : adapter.examine(channel(token))) {
      text.append(check.name()).append('=').append(check.status()).append(' ');
    }
    return text.toString();
  }

  private SendOutcome send(String text) {
    return adapter.send(channel(TOKEN), message(text));
  }

  private static OutboundMessage message(String text) {
    return new OutboundMessage(ID, "5001", new TextContent(null, text, null), null, null);
  }

  private static Channel channel(String token) {
    return new Channel(
        new WorkspaceId(new UUID(0, 1)),
        new ChannelId(new UUID(0, 2)),
        ChannelType.TELEGRAM,
        "123456789",
        null,
        "Shop",
        ChannelStatus.CONNECTED,
        null,
        new TelegramConfig(null, "123456789", null),
        HOOK,
        new Secret(token),
        30,
        Map.of(),
        1,
        Instant.EPOCH,
        Instant.EPOCH);
  }
}
