package ai.chatflow.channels.telegram;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.chatflow.api.model.ButtonsContent;
import ai.chatflow.api.model.ListContent;
import ai.chatflow.api.model.ListRow;
import ai.chatflow.api.model.ListSection;
import ai.chatflow.api.model.MessageContent;
import ai.chatflow.api.model.ReplyButton;
import ai.chatflow.api.model.TelegramConfig;
import ai.chatflow.channels.OutboundMessage;
import ai.chatflow.channels.wire.Json;
import ai.chatflow.content.Capabilities;
import ai.chatflow.content.ContentRules;
import ai.chatflow.content.ContentType;
import ai.chatflow.platform.errors.FieldError;
import ai.chatflow.platform.ids.MessageId;
import ai.chatflow.testing.telegram.BotSpec;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

class TelegramMessagesTest {
  private static final Path CASES = Path.of("src/test/resources/testdata/telegram/requests.json");
  private static final MessageId ID = MessageId.fromString("msg_01kavk5e4sf2xr2bq6d8n1c7pm");

  @TestFactory
  Stream<DynamicTest> everyKindIsWrittenAsExpected() throws IOException {
    return cases().stream()
        .map(
            one ->
                DynamicTest.dynamicTest(
                    one.path("name").asText(),
                    () -> {
                      var call = written(one);
                      assertThat(call.method()).isEqualTo(one.path("method").asText());
                      assertThat(Json.MAPPER.readTree(call.parameters().toString()))
                          .isEqualTo(one.get("body"));
                    }));
  }

  @TestFactory
  Stream<DynamicTest> everyCallFitsTheContractOfTheProvider() throws IOException {
    BotSpec spec = BotSpec.require();
    return cases().stream()
        .map(
            one ->
                DynamicTest.dynamicTest(
                    one.path("name").asText(),
                    () -> {
                      var call = written(one);
                      assertThat(spec.violations(call.method(), call.parameters())).isEmpty();
                    }));
  }

  @Test
  void theContractOfTheProviderRefusesWhatItDoesNotKnow() throws IOException {
    BotSpec spec = BotSpec.require();
    var call = written(cases().getFirst());
    ObjectNode stranger = call.parameters().deepCopy().put("surprise", true);
    ObjectNode bare = call.parameters().deepCopy().without(List.of("chat_id"));
    ObjectNode mistyped = call.parameters().deepCopy().put("text", 7);

    assertThat(spec.violations(call.method(), stranger)).isNotEmpty();
    assertThat(spec.violations(call.method(), bare)).isNotEmpty();
    assertThat(spec.violations(call.method(), mistyped)).isNotEmpty();
    assertThat(spec.violations("sendTelepathy", bare)).isNotEmpty();
  }

  @Test
  void everyKindThatCanBeSentHasACase() throws IOException {
    var seen = EnumSet.noneOf(ContentType.class);
    for (JsonNode one : cases()) {
      seen.add(ContentType.of(content(one)));
      assertThat(ContentRules.check(can(), content(one))).as(one.path("name").asText()).isEmpty();
    }

    assertThat(seen).isEqualTo(can().sendable());
  }

  @Test
  void anIdHasAtMost64Bytes() {
    var content =
        ButtonsContent.builder()
            .text("?")
            .buttons(
                List.of(
                    new ReplyButton("é".repeat(32), "fits"),
                    new ReplyButton("é".repeat(33), "does not")))
            .build();

    assertThat(ContentRules.check(can(), content))
        .extracting(FieldError::pointer, FieldError::code)
        .containsExactly(org.assertj.core.groups.Tuple.tuple("/buttons/1/id", "too_long"));
  }

  @Test
  void theLargestListFitsIntoOneText() {
    var rows = new ArrayList<ListSection>();
    for (int i = 0; i < can().list().rows(); i++) {
      var row = new ListRow("id" + i, "t".repeat(24), "d".repeat(72));
      rows.add(new ListSection("s".repeat(24), List.of(row)));
    }
    var content =
        ListContent.builder()
            .header("h".repeat(60))
            .text("x".repeat(can().list().body()))
            .footer("f".repeat(60))
            .button("Choose")
            .sections(rows)
            .build();
    assertThat(ContentRules.check(can(), content)).isEmpty();

    var call = TelegramMessages.request(new OutboundMessage(ID, "5001", content, null, null));

    assertThat(call.parameters().path("text").asText()).hasSizeLessThanOrEqualTo(can().text());
  }

  @Test
  void whatCannotBeSentIsRefused() throws IOException {
    for (String content :
        List.of(
            "{\"type\":\"order\",\"items\":[]}",
            "{\"type\":\"template\",\"name\":\"a\",\"language\":\"en\"}",
            "{\"type\":\"contacts\",\"contacts\":[{\"name\":{\"formatted_name\":\"Eva\"}}]}",
            "{\"type\":\"reaction\",\"emoji\":\"❤\",\"provider_message_id\":\"callback:7\"}",
            "{\"type\":\"image\"}")) {
      var read = Json.MAPPER.readValue(content, MessageContent.class);
      assertThatThrownBy(
              () -> TelegramMessages.request(new OutboundMessage(ID, "5001", read, null, null)))
          .as(content)
          .isInstanceOf(IllegalArgumentException.class);
    }
    var text = content(cases().getFirst());
    assertThatThrownBy(
            () -> TelegramMessages.request(new OutboundMessage(ID, "+34600", text, "x", "group")))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private static Capabilities can() {
    return TelegramAdapterTest.adapter(URI.create("http://127.0.0.1:9"))
        .capabilities(TelegramConfig.builder().build());
  }

  private static TelegramMessages.Call written(JsonNode one) throws IOException {
    return TelegramMessages.request(
        new OutboundMessage(
            ID,
            "5001",
            content(one),
            one.path("reply_to").asText(null),
            one.path("group").asText(null)));
  }

  private static MessageContent content(JsonNode one) throws IOException {
    return Json.MAPPER.treeToValue(one.get("content"), MessageContent.class);
  }

  private static List<JsonNode> cases() throws IOException {
    var cases = new ArrayList<JsonNode>();
    Json.MAPPER.readTree(CASES.toFile()).forEach(cases::add);
    return cases;
  }
}
