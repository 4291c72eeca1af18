package ai.chatflow.channels.twiliosms;

import static org.assertj.core.api.Assertions.assertThat;

import ai.chatflow.api.model.ChannelCheck;
import ai.chatflow.api.model.ChannelStatus;
import ai.chatflow.api.model.ChannelType;
import ai.chatflow.api.model.LocationContent;
import ai.chatflow.api.model.MessageErrorCode;
import ai.chatflow.api.model.TextContent;
import ai.chatflow.api.model.TwilioSmsConfig;
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
import ai.chatflow.testing.twilio.TwilioAccount;
import ai.chatflow.testing.twilio.TwilioFault;
import ai.chatflow.testing.twilio.TwilioSimulator;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class TwilioSmsAdapterTest {
  static final String ACCOUNT = "AC0123456789abcdef0123456789abcdef";
  static final String TOKEN = "0123456789abcdef0123456789abcdef";
  static final String FROM = "+15550783881";
  private static final String SERVICE = "MG0123456789abcdef0123456789abcdef";
  private static final String ANA = "+16505551234";
  private static final String SEND = "POST Messages.json";
  private static final String LIST = "GET IncomingPhoneNumbers.json";
  private static final String FETCH = "GET " + ACCOUNT + ".json";
  private static final MessageId ID = MessageId.fromString("msg_01kavk5e4sf2xr2bq6d8n1c7pm");
  private static final HookId HOOK = HookId.fromString("hok_01kavk5e4sf2xr2bq6d8n1c7pm");
  private static final URI PUBLIC = URI.create("https://chat.example.com");
  private static final URI URL = PUBLIC.resolve("/hooks/twilio-sms/" + HOOK);
  private static final Webhook WEBHOOK = new Webhook(URL, new Secret(TOKEN));
  private static final TwilioSmsConfig NUMBER = new TwilioSmsConfig(null, ACCOUNT, FROM, null);

  private final TwilioSimulator twilio = new TwilioSimulator(0);
  private final TwilioAccount account = twilio.plays(ACCOUNT, TOKEN).owns(FROM).serves(SERVICE);
  private final TwilioSmsAdapter adapter = adapter(twilio.url());

  TwilioSmsAdapterTest() throws IOException {}

  @AfterEach
  void close() {
    adapter.close();
    twilio.close();
    assertThat(twilio.log().takeOffences()).isEmpty();
  }

  @Test
  void anAcceptedMessageHasTwiliosIdAndSaysWhereItsStatusesGo() {
    var outcome = send("Olé & 👍");

    var sent = twilio.log().sentTo(ANA).getFirst();
    assertThat(outcome).isEqualTo(new SendOutcome.Accepted(sent.sid()));
    assertThat(sent.form())
        .isEqualTo(
            Map.of(
                "To",
                ANA,
                "From",
                FROM,
                "Body",
                "Olé & 👍",
                "StatusCallback",
                URL + "?message=" + ID));
  }

  @Test
  void aMessagingServicePicksTheSender() {
    var config = new TwilioSmsConfig(null, ACCOUNT, null, SERVICE);

    assertThat(adapter.send(channel(TOKEN, config), message("Hola")))
        .isInstanceOf(SendOutcome.Accepted.class);
    assertThat(twilio.log().sentTo(ANA).getFirst().form())
        .containsEntry("MessagingServiceSid", SERVICE)
        .doesNotContainKey("From");
  }

  @Test
  void aDroppedConnectionLeavesTheOutcomeOpenAndIsNotRepeated() {
    twilio.next(SEND, new TwilioFault.DropAfterAccepting());

    assertThat(send("Hola")).isInstanceOf(SendOutcome.Unknown.class);
    assertThat(twilio.log().sentTo(ANA)).hasSize(1);
  }

  @Test
  void silenceLeavesTheOutcomeOpenAndSlownessDoesNot() {
    twilio.next(SEND, new TwilioFault.Slow(Duration.ofMillis(300)), new TwilioFault.Hang());

    assertThat(send("Hola")).isInstanceOf(SendOutcome.Accepted.class);
    assertThat(send("Hola")).isInstanceOf(SendOutcome.Unknown.class);
  }

  /// "Error 20500": a message that was answered with 500 may arrive all the same.
  @Test
  void onlyAServiceThatIsUnavailableSurelyDidNothing() {
    twilio.next(
        SEND,
        new TwilioFault.Refuse(500, 20500, "Internal Server Error", 0),
        new TwilioFault.Gateway(502),
        new TwilioFault.Gateway(504),
        new TwilioFault.Gateway(200),
        new TwilioFault.Gateway(503),
        new TwilioFault.Refuse(503, 20503, "Service unavailable", 2));

    for (int i = 0; i < 4; i++) {
      assertThat(send("" + i)).as("" + i).isInstanceOf(SendOutcome.Unknown.class);
    }
    assertThat(send("4")).isInstanceOf(SendOutcome.Retry.class);
    assertThat(send("5"))
        .isInstanceOfSatisfying(
            SendOutcome.Retry.class,
            retry -> assertThat(retry.after()).isEqualTo(Duration.ofSeconds(2)));
    assertThat(twilio.log().sentTo(ANA)).isEmpty();
  }

  @Test
  void aRefusedConnectionWasSurelyNotSent() throws IOException {
    int port;
    try (var socket = new ServerSocket(0)) {
      port = socket.getLocalPort();
    }
    try (var nowhere = adapter(URI.create("http://127.0.0.1:" + port));
        var nobody = adapter(URI.create("http://nobody.invalid"))) {
      assertThat(nowhere.send(channel(TOKEN, NUMBER), message("Hola")))
          .isInstanceOf(SendOutcome.NotSent.class);
      assertThat(nobody.send(channel(TOKEN, NUMBER), message("Hola")))
          .isInstanceOf(SendOutcome.NotSent.class);
    }
  }

  @Test
  void tooFastSaysForHowLong() {
    twilio.next(SEND, new TwilioFault.Refuse(429, 20429, "Too Many Requests", 4));

    assertThat(send("1"))
        .isInstanceOfSatisfying(
            SendOutcome.Throttled.class,
            throttled -> assertThat(throttled.after()).isEqualTo(Duration.ofSeconds(4)));
  }

  @Test
  void whoSaidStopGetsNothing() {
    twilio.stoppedBy(ANA);

    assertThat(send("Hola"))
        .isInstanceOfSatisfying(
            SendOutcome.Failed.class,
            failed -> assertThat(failed.error().code()).isEqualTo(MessageErrorCode.OPTED_OUT));
  }

  @Test
  void aWrongTokenStopsTheChannelAndIsNotShown() {
    String wrong = "ffffffffffffffffffffffffffffffff";
    var outcome = adapter.send(channel(wrong, NUMBER), message("Hola"));

    assertThat(outcome)
        .isInstanceOfSatisfying(
            SendOutcome.ChannelDown.class,
            down ->
                assertThat(down.error().code()).isEqualTo(MessageErrorCode.CHANNEL_UNAUTHORIZED));
    assertThat(outcome.toString()).doesNotContain(wrong);
    assertThat(adapter.send(channel(null, NUMBER), message("Hola")))
        .isInstanceOf(SendOutcome.ChannelDown.class);
  }

  @Test
  void whatBreaksTheRulesOfTwilioFails() {
    assertThat(send("x".repeat(1_601))).isInstanceOf(SendOutcome.Failed.class);
    assertThat(twilio.log().takeOffences()).hasSize(1);

    var place = LocationContent.builder().latitude(1.0).longitude(2.0).build();
    assertThat(
            adapter.send(channel(TOKEN, NUMBER), new OutboundMessage(ID, ANA, place, null, null)))
        .isInstanceOf(SendOutcome.Failed.class);
  }

  @Test
  void anAddressThatTwilioDoesNotReachStopsTheChannel() {
    var local =
        new TwilioSmsAdapter(
            twilio.url(),
            URI.create("http://localhost:8080"),
            Duration.ofMillis(500),
            Duration.ofSeconds(2));

    assertThat(local.send(channel(TOKEN, NUMBER), message("Hola")))
        .isInstanceOf(SendOutcome.ChannelDown.class);
    assertThat(twilio.log().takeOffences()).hasSize(1);
    local.close();
  }

  @Test
  void connectingMakesTheNumberPostToUs() {
    assertThat(connect(TOKEN, NUMBER)).isEqualTo(new Connection.Made(null));

    assertThat(number("sms_url")).isEqualTo(URL.toString());
    assertThat(number("sms_method")).isEqualTo("POST");
    assertThat(number("sms_fallback_url")).isEqualTo(URL.toString());
    assertThat(connect(TOKEN, NUMBER)).isEqualTo(new Connection.Made(null));
  }

  @Test
  void aSecondAddressOfSomebodyElsesStays() {
    resource().put("sms_fallback_url", "https://other.example.com/sms");

    assertThat(connect(TOKEN, NUMBER)).isEqualTo(new Connection.Made(null));

    assertThat(number("sms_url")).isEqualTo(URL.toString());
    assertThat(number("sms_fallback_url")).isEqualTo("https://other.example.com/sms");
  }

  @Test
  void whatIsNoNumberOfTheAccountIsOnlyLetIn() {
    for (var config :
        new TwilioSmsConfig[] {
          new TwilioSmsConfig(null, ACCOUNT, null, SERVICE),
          new TwilioSmsConfig(null, ACCOUNT, "LuckyShrub", null),
          new TwilioSmsConfig(null, ACCOUNT, "72975", null),
          new TwilioSmsConfig(null, ACCOUNT, "+447700900123", null)
        }) {
      assertThat(connect(TOKEN, config)).isEqualTo(new Connection.Made(null));
      assertThat(adapter.disconnect(channel(TOKEN, config))).isEqualTo(new Connection.Made(null));
    }
    assertThat(twilio.log().of(ACCOUNT, "POST")).isEmpty();
  }

  @Test
  void aRefusalOfConnectingIsToldFromSilence() {
    assertThat(connect("wrong-wrong-wrong", NUMBER)).isInstanceOf(Connection.Refused.class);
    account.is("suspended");
    assertThat(connect(TOKEN, NUMBER)).isInstanceOf(Connection.Refused.class);
    account.is("active");
    resource().put("sms_application_sid", "AP0123456789abcdef0123456789abcdef");
    assertThat(connect(TOKEN, NUMBER)).isInstanceOf(Connection.Refused.class);
    resource().putNull("sms_application_sid");

    twilio.next(FETCH, new TwilioFault.Gateway(502));
    assertThat(connect(TOKEN, NUMBER)).isInstanceOf(Connection.Unreached.class);
    twilio.next(LIST, new TwilioFault.Refuse(429, 20429, "Too Many Requests", 1));
    assertThat(connect(TOKEN, NUMBER)).isInstanceOf(Connection.Unreached.class);
    assertThat(number("sms_url")).isEmpty();
  }

  @Test
  void disconnectingTakesAwayOurAddressAndNobodyElses() {
    connect(TOKEN, NUMBER);
    assertThat(adapter.disconnect(channel(TOKEN, NUMBER))).isEqualTo(new Connection.Made(null));
    assertThat(number("sms_url") + number("sms_fallback_url")).isEmpty();

    resource().put("sms_url", "https://other.example.com/sms");
    assertThat(adapter.disconnect(channel(TOKEN, NUMBER))).isEqualTo(new Connection.Made(null));
    assertThat(number("sms_url")).isEqualTo("https://other.example.com/sms");

    assertThat(adapter.disconnect(channel("wrong-wrong-wrong", NUMBER)))
        .isEqualTo(new Connection.Made(null));
    twilio.next(LIST, new TwilioFault.Gateway(502));
    assertThat(adapter.disconnect(channel(TOKEN, NUMBER))).isInstanceOf(Connection.Unreached.class);
  }

  @Test
  void healthSaysWhatIsMissing() {
    assertThat(checks("wrong-wrong-wrong")).isEqualTo("auth_token=fail ");
    assertThat(checks(null)).isEqualTo("auth_token=fail ");
    assertThat(checks(TOKEN)).isEqualTo("auth_token=pass number=pass subscription=fail ");
    connect(TOKEN, NUMBER);
    assertThat(checks(TOKEN)).isEqualTo("auth_token=pass number=pass subscription=pass ");
    resource().put("sms_method", "GET");
    assertThat(checks(TOKEN)).isEqualTo("auth_token=pass number=pass subscription=fail ");
    resource().put("sms_url", "https://other.example.com/sms");
    assertThat(checks(TOKEN)).isEqualTo("auth_token=pass number=pass subscription=fail ");
    resource().put("sms_application_sid", "AP0123456789abcdef0123456789abcdef");
    assertThat(checks(TOKEN)).isEqualTo("auth_token=pass number=pass subscription=fail ");
    resource().putObject("capabilities").put("sms", false);
    assertThat(checks(TOKEN)).isEqualTo("auth_token=pass number=fail subscription=fail ");
    twilio.next(LIST, new TwilioFault.Gateway(502));
    assertThat(checks(TOKEN)).isEqualTo("auth_token=pass number=warn ");
    twilio.next(FETCH, new TwilioFault.Gateway(502));
    assertThat(checks(TOKEN)).isEqualTo("auth_token=warn ");
    account.is("closed");
    assertThat(checks(TOKEN)).startsWith("auth_token=fail ");
  }

  @Test
  void aNumberOfAnotherAccountIsDoubted() {
    var config = new TwilioSmsConfig(null, ACCOUNT, "+447700900123", null);

    assertThat(adapter.examine(channel(TOKEN, config)))
        .extracting(ChannelCheck::name)
        .containsExactly("auth_token", "number");
  }

  static TwilioSmsAdapter adapter(URI url) {
    return new TwilioSmsAdapter(url, PUBLIC, Duration.ofMillis(500), Duration.ofSeconds(2));
  }

  private com.fasterxml.jackson.databind.node.ObjectNode resource() {
    return Objects.requireNonNull(account.number(FROM));
  }

  private String number(String member) {
    JsonNode resource = resource();
    return resource.path(member).asText();
  }

  private Connection connect(String token, TwilioSmsConfig config) {
    return adapter.connect(channel(token, config), WEBHOOK);
  }

  private String checks(@Nullable String token) {
    var text = new StringBuilder();
    for (ChannelCheck check : adapter.examine(channel(token, NUMBER))) {
      assertThat(check.remedy() == null).isEqualTo(check.status() == ChannelCheck.StatusEnum.PASS);
      text.append(check.name()).append('=').append(check.status()).append(' ');
    }
    return text.toString();
  }

  private SendOutcome send(String text) {
    return adapter.send(channel(TOKEN, NUMBER), message(text));
  }

  private static OutboundMessage message(String text) {
    return new OutboundMessage(ID, ANA, new TextContent(null, text, null), null, null);
  }

  private static Channel channel(@Nullable String token, TwilioSmsConfig config) {
    return new Channel(
        new WorkspaceId(new UUID(0, 1)),
        new ChannelId(new UUID(0, 2)),
        ChannelType.TWILIO_SMS,
        Objects.requireNonNull(TwilioSmsSetup.sender(config)),
        ACCOUNT,
        "Shop",
        ChannelStatus.CONNECTED,
        null,
        config,
        HOOK,
        token == null ? null : new Secret(token),
        10,
        Map.of(),
        1,
        Instant.EPOCH,
        Instant.EPOCH);
  }
}
