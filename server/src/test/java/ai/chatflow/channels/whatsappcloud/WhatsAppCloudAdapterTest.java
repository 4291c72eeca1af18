package ai.chatflow.channels.whatsappcloud;

import static org.assertj.core.api.Assertions.assertThat;

import ai.chatflow.api.model.MessageErrorCode;
import ai.chatflow.api.model.TextContent;
import ai.chatflow.channels.Channel;
import ai.chatflow.channels.ChannelsFixture;
import ai.chatflow.channels.OutboundMessage;
import ai.chatflow.channels.SendOutcome;
import ai.chatflow.platform.ids.MessageId;
import ai.chatflow.testing.whatsapp.Fault;
import ai.chatflow.testing.whatsapp.GraphSimulator;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class WhatsAppCloudAdapterTest {
  private static final String NUMBER = "700100200300400";
  private static final MessageId ID = MessageId.fromString("msg_01kavk5e4sf2xr2bq6d8n1c7pm");

  private final GraphSimulator graph =
      new GraphSimulator(
          new GraphSimulator.Account("the-token", NUMBER, "800100200300400", "secret"), 0, null);
  private final WhatsAppCloudAdapter adapter = adapter(graph.url());

  WhatsAppCloudAdapterTest() throws IOException {}

  @AfterEach
  void close() {
    adapter.close();
    graph.close();
    assertThat(graph.log().takeOffences()).isEmpty();
  }

  @Test
  void anAcceptedMessageHasTheIdOfTheProvider() {
    var outcome = send("Hola");

    assertThat(graph.log().accepted()).hasSize(1);
    var accepted = graph.log().accepted().getFirst();
    assertThat(outcome).isEqualTo(new SendOutcome.Accepted(accepted.wamid()));
    assertThat(accepted.callbackData()).isEqualTo(ID.toString());
    assertThat(accepted.recipient()).isEqualTo("+34600111222");
  }

  @Test
  void aDroppedConnectionLeavesTheOutcomeOpenAndIsNotRepeated() {
    graph.next(new Fault.DropAfterAccepting());

    assertThat(send("Hola")).isInstanceOf(SendOutcome.Unknown.class);
    assertThat(graph.log().accepted()).hasSize(1);
  }

  @Test
  void aDropOnAReusedConnectionIsNotRepeatedEither() {
    send("warm up");
    graph.next(new Fault.DropAfterAccepting(), new Fault.DropBeforeAccepting());

    assertThat(send("one")).isInstanceOf(SendOutcome.Unknown.class);
    assertThat(send("two")).isInstanceOf(SendOutcome.Unknown.class);
    assertThat(graph.log().calls()).isEqualTo(3);
    assertThat(graph.log().accepted()).hasSize(2);
  }

  @Test
  void silenceLeavesTheOutcomeOpen() {
    graph.next(new Fault.Hang());

    assertThat(send("Hola")).isInstanceOf(SendOutcome.Unknown.class);
  }

  @Test
  void aGatewayLeavesTheOutcomeOpen() {
    graph.next(new Fault.Gateway(502), new Fault.Gateway(504), new Fault.Gateway(503));

    assertThat(send("1")).isInstanceOf(SendOutcome.Unknown.class);
    assertThat(send("2")).isInstanceOf(SendOutcome.Unknown.class);
    assertThat(send("3")).isInstanceOf(SendOutcome.Retry.class);
  }

  @Test
  void aRefusedConnectionWasSurelyNotSent() throws IOException {
    int port;
    try (var socket = new ServerSocket(0)) {
      port = socket.getLocalPort();
    }
    try (var nowhere = adapter(URI.create("http://127.0.0.1:" + port));
        var nobody = adapter(URI.create("http://nobody.invalid"))) {
      assertThat(nowhere.send(channel("the-token"), message("Hola")))
          .isInstanceOf(SendOutcome.NotSent.class);
      assertThat(nobody.send(channel("the-token"), message("Hola")))
          .isInstanceOf(SendOutcome.NotSent.class);
    }
  }

  @Test
  void tooFastSaysForHowLong() {
    graph.next(new Fault.Refuse(429, 130429, 4), new Fault.Refuse(400, 131056, 0));

    assertThat(send("1"))
        .isInstanceOfSatisfying(
            SendOutcome.Throttled.class,
            throttled -> {
              assertThat(throttled.after()).isEqualTo(Duration.ofSeconds(4));
              assertThat(throttled.pairOnly()).isFalse();
            });
    assertThat(send("2"))
        .isInstanceOfSatisfying(
            SendOutcome.Throttled.class, throttled -> assertThat(throttled.pairOnly()).isTrue());
  }

  @Test
  void anErrorOfTheProviderIsTriedAgain() {
    graph.next(new Fault.Refuse(500, 131000, 0));

    assertThat(send("Hola")).isInstanceOf(SendOutcome.Retry.class);
  }

  @Test
  void aWrongTokenStopsTheChannelAndIsNotShown() {
    var outcome = adapter.send(channel("a-wrong-token"), message("Hola"));

    assertThat(outcome)
        .isInstanceOfSatisfying(
            SendOutcome.ChannelDown.class,
            down ->
                assertThat(down.error().code()).isEqualTo(MessageErrorCode.CHANNEL_UNAUTHORIZED));
    assertThat(outcome.toString()).doesNotContain("a-wrong-token");
  }

  @Test
  void whatBreaksTheRulesOfTheProviderFails() {
    assertThat(send("x".repeat(4_097))).isInstanceOf(SendOutcome.Failed.class);

    assertThat(graph.log().takeOffences())
        .singleElement()
        .asString()
        .contains("body is longer than 4096");
  }

  @Test
  void everyKindOfMessageIsUnderstood() throws IOException {
    for (JsonNode one : WhatsAppMessagesTest.cases()) {
      var outcome = adapter.send(channel("the-token"), WhatsAppMessagesTest.message(one));

      assertThat(outcome).as(one.get("name").asText()).isInstanceOf(SendOutcome.Accepted.class);
    }
  }

  @Test
  void receiptsAndQuestionsAreUnderstood() {
    adapter.markRead(channel("the-token"), "wamid.1", false);
    adapter.markRead(channel("the-token"), "wamid.1", true);
    assertThat(adapter.examine(channel("the-token"))).hasSize(3);
    assertThat(graph.log().takeOffences()).isEmpty();

    adapter.markRead(channel("the-token"), "", true);
    assertThat(graph.log().takeOffences()).singleElement().asString().contains("message_id");
  }

  @Test
  void aSlowAnswerWithinTheTimeOutIsAnAnswer() {
    graph.next(new Fault.Delay(Duration.ofMillis(100)));

    assertThat(send("Hola")).isInstanceOf(SendOutcome.Accepted.class);
  }

  @Test
  void aReadReceiptThatMetaRefusesIsLeftAtThat() {
    adapter.markRead(channel("the-token"), "wamid.1", true);
    adapter.markRead(channel("wrong"), "wamid.1", false);

    assertThat(graph.log().calls()).isZero();
  }

  private SendOutcome send(String text) {
    return adapter.send(channel("the-token"), message(text));
  }

  private static OutboundMessage message(String text) {
    var content = TextContent.builder().text(text).build();
    return new OutboundMessage(ID, "+34600111222", content, null, null);
  }

  private static WhatsAppCloudAdapter adapter(URI base) {
    return new WhatsAppCloudAdapter(base, Duration.ofSeconds(1), Duration.ofSeconds(2));
  }

  private static Channel channel(String token) {
    return ChannelsFixture.number(token, NUMBER, "800100200300400", "900100");
  }
}
