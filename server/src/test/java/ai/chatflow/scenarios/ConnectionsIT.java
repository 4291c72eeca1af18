package ai.chatflow.scenarios;

import static ai.chatflow.scenarios.Refusals.refusal;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ai.chatflow.sdk.ChatFlowClient;
import ai.chatflow.sdk.model.Channel;
import ai.chatflow.sdk.model.ChannelConfigInput;
import ai.chatflow.sdk.model.ChannelStatus;
import ai.chatflow.sdk.model.ContactIdentityKind;
import ai.chatflow.sdk.model.CreateChannelRequest;
import ai.chatflow.sdk.model.MessageRecipient;
import ai.chatflow.sdk.model.MessageStatus;
import ai.chatflow.sdk.model.ProblemCode;
import ai.chatflow.sdk.model.SandboxConfigInput;
import ai.chatflow.sdk.model.SendMessageRequest;
import ai.chatflow.sdk.model.TelegramConfig;
import ai.chatflow.sdk.model.TelegramConfigInput;
import ai.chatflow.sdk.model.TextContent;
import ai.chatflow.sdk.model.UpdateChannelRequest;
import ai.chatflow.sdk.model.WhatsAppCloudConfigInput;
import ai.chatflow.testing.AtOnce;
import ai.chatflow.testing.Inhabited;
import ai.chatflow.testing.TestServer;
import ai.chatflow.testing.TestWorkspace;
import ai.chatflow.testing.telegram.BotFault;
import ai.chatflow.testing.telegram.TelegramSimulator;
import ai.chatflow.testing.telegram.TelegramUpdates;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.slf4j.LoggerFactory;

/// Channels are connected, and taken out of service.
class ConnectionsIT {
  @RegisterExtension static final TestWorkspace WORKSPACE = new TestWorkspace();

  private static ChatFlowClient client;
  private static TelegramSimulator telegram;

  @BeforeAll
  static void meet() {
    client = WORKSPACE.client();
    telegram = WORKSPACE.server().telegram();
  }

  @Test
  void aBotIsConnectedAndItsNameLearned() {
    String token = token(1);
    telegram.plays(token, "first_bot");
    var created = create(bot(token));
    assertThat(checks(created)).contains("subscription=fail");

    var connected = client.channels().connect(created.id());

    assertThat(connected.status()).isEqualTo(ChannelStatus.CONNECTED);
    assertThat(((TelegramConfig) connected.config()).username()).contains("first_bot");
    assertThat(checks(connected)).contains("bot_token=pass", "subscription=pass");
    var webhook = Objects.requireNonNull(telegram.webhook(token));
    assertThat(webhook.path("url").asText())
        .isEqualTo(connected.webhookUrl().orElseThrow().toString());
    await()
        .atMost(Duration.ofSeconds(10))
        .untilAsserted(
            () ->
                assertThat(client.events().list(p -> p.limit(100)).data().toString())
                    .contains("first_bot"));
  }

  @Test
  void connectingAgainAsksAgainAndChangesNothing() {
    String token = token(2);
    telegram.plays(token, "second_bot");
    var created = create(bot(token));
    var once = client.channels().connect(created.id());

    var twice = client.channels().connect(created.id());

    assertThat(twice).isEqualTo(once);
    assertThat(calls(token, "setWebhook")).isEqualTo(2);
  }

  @Test
  void aRefusalStopsTheChannelAndIsKept() {
    String token = token(3);
    var created = create(bot(token));

    var refusal =
        refusal(502, ProblemCode.UPSTREAM_ERROR, () -> client.channels().connect(created.id()));

    assertThat(refusal.toString()).contains("Unauthorized").doesNotContain(token);
    assertThat(client.channels().get(created.id()).status()).isEqualTo(ChannelStatus.DISCONNECTED);
    assertThat(checks(created)).contains("connection=fail");
    telegram.plays(token, "third_bot");
    assertThat(client.channels().connect(created.id()).status()).isEqualTo(ChannelStatus.CONNECTED);
    assertThat(checks(created)).doesNotContain("connection=fail");
  }

  @Test
  void aProviderThatCannotBeAskedChangesNothing() {
    String token = token(4);
    telegram.plays(token, "fourth_bot");
    var created = create(bot(token));
    telegram.next("setWebhook", new BotFault.Gateway(502), new BotFault.Hang());

    for (int i = 0; i < 2; i++) {
      refusal(502, ProblemCode.UPSTREAM_ERROR, () -> client.channels().connect(created.id()));
    }

    assertThat(client.channels().get(created.id()).status()).isEqualTo(ChannelStatus.CONNECTED);
  }

  @Test
  void whatIsQueuedWaitsWhileDisconnectedAndLeavesThen() throws Exception {
    String token = token(5);
    telegram.plays(token, "fifth_bot");
    var channel = client.channels().connect(create(bot(token)).id());
    var update = new TelegramUpdates().message(8_100_005, 1, 1_790_000_000, "{\"text\":\"Hi\"}");
    assertThat(telegram.post(token, update)).isEqualTo(200);
    var request = toPerson(channel, "8100005");
    telegram.next("sendMessage", new BotFault.Refuse(429, "Too Many Requests", 2));
    var waiting = client.messages().send(request);
    await()
        .atMost(Duration.ofSeconds(10))
        .until(() -> telegram.log().sentTo("8100005").isEmpty() && faultTaken(channel));

    var disconnected = client.channels().disconnect(channel.id());

    assertThat(disconnected.status()).isEqualTo(ChannelStatus.DISCONNECTED);
    assertThat(client.channels().disconnect(channel.id())).isEqualTo(disconnected);
    assertThat(telegram.webhook(token)).isNull();
    assertThat(checks(channel)).contains("connection=fail");
    refusal(409, ProblemCode.CHANNEL_NOT_CONNECTED, () -> client.messages().send(request));
    client.channels().connect(channel.id());
    Inhabited.awaitStatus(client, waiting.id(), MessageStatus.SENT);
    assertThat(telegram.log().sentTo("8100005")).hasSize(1);
  }

  @Test
  void aTokenThatIsRevokedStopsTheChannelUntilANewOneIsGivenAndConnected() throws Exception {
    String token = token(6);
    telegram.plays(token, "sixth_bot");
    var channel = client.channels().connect(create(bot(token)).id());
    var update = new TelegramUpdates().message(8_100_006, 1, 1_790_000_000, "{\"text\":\"Hi\"}");
    assertThat(telegram.post(token, update)).isEqualTo(200);
    telegram.revokes(token);
    var waiting = client.messages().send(toPerson(channel, "8100006"));
    await()
        .atMost(Duration.ofSeconds(15))
        .until(
            () -> client.channels().get(channel.id()).status(), ChannelStatus.DISCONNECTED::equals);

    String renewed = token.substring(0, token.length() - 1) + "x";
    telegram.plays(renewed, "sixth_bot");
    client
        .channels()
        .update(channel.id(), UpdateChannelRequest.builder().config(bot(renewed)).build());
    client.channels().connect(channel.id());

    Inhabited.awaitStatus(client, waiting.id(), MessageStatus.SENT);
  }

  @Test
  void manyAtOnceEndAsOneOfThem() throws Exception {
    String token = token(7);
    telegram.plays(token, "seventh_bot");
    var channel = create(bot(token));

    var calls = new ArrayList<Callable<ChannelStatus>>();
    for (int i = 0; i < 4; i++) {
      calls.add(() -> client.channels().connect(channel.id()).status());
      calls.add(() -> client.channels().disconnect(channel.id()).status());
    }
    var statuses = AtOnce.call(calls);

    assertThat(statuses).hasSize(8);
    assertThat(client.channels().connect(channel.id()).status()).isEqualTo(ChannelStatus.CONNECTED);
  }

  @Test
  void whatsAppSubscribesTheAppAndLeavesTheSubscriptionAlone() {
    var graph = WORKSPACE.server().graph();
    graph.subscribes();
    graph.belongsTo("990011");
    var account = TestServer.ACCOUNT;
    var config =
        WhatsAppCloudConfigInput.builder()
            .phoneNumberId(account.phoneNumberId())
            .wabaId(account.wabaId())
            .appId("990011")
            .accessToken(account.token())
            .appSecret(account.appSecret())
            .verifyToken("word");
    var channel = create(config.build());
    assertThat(checks(channel)).contains("subscription=fail");

    client.channels().connect(channel.id());
    assertThat(checks(channel)).contains("subscription=pass");

    assertThat(client.channels().disconnect(channel.id()).status())
        .isEqualTo(ChannelStatus.DISCONNECTED);
    assertThat(checks(channel)).contains("subscription=pass", "connection=fail");
    client
        .channels()
        .update(
            channel.id(),
            UpdateChannelRequest.builder().config(config.accessToken("expired").build()).build());
    refusal(502, ProblemCode.UPSTREAM_ERROR, () -> client.channels().connect(channel.id()));
    assertThat(client.channels().get(channel.id()).status()).isEqualTo(ChannelStatus.DISCONNECTED);
  }

  @Test
  void aSandboxNeedsNobodyAndAStrangersChannelIsNotFound() {
    var channel = create(SandboxConfigInput.builder().build());

    assertThat(client.channels().disconnect(channel.id()).status())
        .isEqualTo(ChannelStatus.DISCONNECTED);
    assertThat(client.channels().connect(channel.id()).status()).isEqualTo(ChannelStatus.CONNECTED);

    var stranger = WORKSPACE.client(WORKSPACE.another("Stranger").liveKey()).build();
    refusal(404, ProblemCode.NOT_FOUND, () -> stranger.channels().connect(channel.id()));
    refusal(404, ProblemCode.NOT_FOUND, () -> stranger.channels().disconnect(channel.id()));
  }

  /// It is part of each address that is called.
  @Test
  void theTokenShowsNowhere() {
    var appender = new ListAppender<ILoggingEvent>();
    appender.start();
    var root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    root.addAppender(appender);
    try {
      String token = token(8);
      var channel = create(bot(token));
      var shown = new ArrayList<String>();
      shown.add(refused(channel));
      telegram.plays(token, "eighth_bot");
      telegram.next(
          "getMe",
          new BotFault.DropAfterAccepting(),
          new BotFault.Refuse(400, "no route /bot" + token, 0));
      shown.add(refused(channel));
      shown.add(refused(channel));
      shown.add(client.channels().get(channel.id()).toString());
      shown.add(client.channels().getHealth(channel.id()).toString());
      shown.add(client.events().list(p -> p.limit(100)).data().toString());
      appender.list.forEach(event -> shown.add(event.toString()));

      assertThat(shown).allSatisfy(text -> assertThat(text).doesNotContain(secretOf(token)));
    } finally {
      root.detachAppender(appender);
    }
  }

  private static String refused(Channel channel) {
    return refusal(502, ProblemCode.UPSTREAM_ERROR, () -> client.channels().connect(channel.id()))
        .problem()
        .orElseThrow()
        .toString();
  }

  private static String secretOf(String token) {
    return token.substring(token.indexOf(':') + 1);
  }

  private static String token(int number) {
    return "41%05d:AAconnectionsITconnectionsITconnect%d".formatted(number, number);
  }

  private static ChannelConfigInput bot(String token) {
    return TelegramConfigInput.builder().botToken(token).build();
  }

  private static Channel create(ChannelConfigInput config) {
    return client
        .channels()
        .create(CreateChannelRequest.builder().name("Connected").config(config).build());
  }

  private static List<String> checks(Channel channel) {
    return client.channels().getHealth(channel.id()).checks().stream()
        .map(check -> check.name() + "=" + check.status())
        .toList();
  }

  private static long calls(String token, String method) {
    String bot = token.substring(0, token.indexOf(':'));
    return telegram.log().of(method).stream().filter(call -> call.bot().equals(bot)).count();
  }

  private static boolean faultTaken(Channel channel) {
    return client.messages().list(p -> p.channelId(channel.id()).limit(10)).data().stream()
        .anyMatch(m -> m.status().equals(MessageStatus.QUEUED));
  }

  private static SendMessageRequest toPerson(Channel channel, String person) {
    var contact =
        client.contacts().list(p -> p.limit(100)).data().stream()
            .filter(
                c ->
                    c.identities().stream()
                        .anyMatch(
                            i ->
                                i.kind().equals(ContactIdentityKind.TELEGRAM)
                                    && i.value().equals(person)))
            .findFirst()
            .orElseThrow();
    return SendMessageRequest.builder()
        .channelId(channel.id())
        .to(MessageRecipient.builder().contactId(contact.id()).build())
        .content(TextContent.builder().text("Later").build())
        .build();
  }
}
