package ai.chatflow.channels.whatsappcloud;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.chatflow.api.model.MessageContent;
import ai.chatflow.channels.OutboundMessage;
import ai.chatflow.channels.wire.Json;
import ai.chatflow.content.Capabilities;
import ai.chatflow.content.ContentRules;
import ai.chatflow.content.ContentType;
import ai.chatflow.platform.ids.MessageId;
import ai.chatflow.testing.whatsapp.GraphRules;
import ai.chatflow.testing.whatsapp.GraphSpec;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

class WhatsAppMessagesTest {
  private static final MessageId ID = MessageId.fromString("msg_01kavk5e4sf2xr2bq6d8n1c7pm");

  @TestFactory
  Stream<DynamicTest> everyKindIsWrittenAsExpected() throws IOException {
    return cases().stream()
        .map(one -> DynamicTest.dynamicTest(name(one), () -> isWrittenAsExpected(one)));
  }

  @TestFactory
  Stream<DynamicTest> everyBodyFitsTheContractOfTheProvider() throws IOException {
    GraphSpec spec = GraphSpec.require();
    return cases().stream()
        .map(
            one ->
                DynamicTest.dynamicTest(
                    name(one), () -> assertThat(spec.violations(written(one))).isEmpty()));
  }

  @Test
  void theContractOfTheProviderRefusesWhatItDoesNotKnow() throws IOException {
    ObjectNode written = written(cases().getFirst());
    written.put("surprise", true);

    assertThat(GraphSpec.require().violations(written)).isNotEmpty();
  }

  @Test
  void everyKindThatCanBeSentHasACase() throws IOException {
    var seen = EnumSet.noneOf(ContentType.class);
    for (JsonNode one : cases()) {
      seen.add(ContentType.of(content(one)));
    }

    assertThat(seen).isEqualTo(Capabilities.whatsApp().sendable());
  }

  @Test
  void whatOnlyAHandsetWritesCannotBeSent() throws IOException {
    var content = Json.MAPPER.readValue("{\"type\":\"order\",\"items\":[]}", MessageContent.class);
    var message = new OutboundMessage(ID, "+34600111222", content, null, null);

    assertThatThrownBy(() -> WhatsAppMessages.request(message))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void readReceiptsShowTypingOnlyWhenAsked() {
    assertThat(WhatsAppMessages.read("wamid.1", false).toString())
        .isEqualTo(
            "{\"messaging_product\":\"whatsapp\",\"status\":\"read\",\"message_id\":\"wamid.1\"}");
    assertThat(WhatsAppMessages.read("wamid.1", true).get("typing_indicator").toString())
        .isEqualTo("{\"type\":\"text\"}");
  }

  private static void isWrittenAsExpected(JsonNode one) throws IOException {
    ObjectNode written = written(one);

    assertThat(ContentRules.check(Capabilities.whatsApp(), content(one))).isEmpty();
    assertThat(GraphRules.violation(written)).isNull();
    ObjectNode expected = ((ObjectNode) one.get("body")).deepCopy();
    expected.put("messaging_product", "whatsapp");
    expected.put("biz_opaque_callback_data", ID.toString());
    if (!expected.has("recipient_type")) {
      expected.put("recipient_type", "individual");
    }
    assertThat((JsonNode) written).isEqualTo(expected);
  }

  private static ObjectNode written(JsonNode one) throws IOException {
    return WhatsAppMessages.request(message(one));
  }

  /// What a case sends.
  static OutboundMessage message(JsonNode one) throws IOException {
    return new OutboundMessage(
        ID,
        one.path("address").asText("+34600111222"),
        content(one),
        Json.text(one, "reply_to"),
        Json.text(one, "group"));
  }

  private static MessageContent content(JsonNode one) throws IOException {
    return Json.MAPPER.treeToValue(one.get("content"), MessageContent.class);
  }

  private static String name(JsonNode one) {
    return one.get("name").asText();
  }

  /// Each kind of message, as content and as body.
  static List<JsonNode> cases() throws IOException {
    try (InputStream in =
        WhatsAppMessagesTest.class.getResourceAsStream("/testdata/whatsapp/requests.json")) {
      var cases = new ArrayList<JsonNode>();
      Json.MAPPER.readTree(in).forEach(cases::add);
      return cases;
    }
  }
}
