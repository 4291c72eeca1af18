package ai.chatflow.channels.twiliosms;

import static org.assertj.core.api.Assertions.assertThat;

import ai.chatflow.channels.InboundUpdate.StatusIn;
import ai.chatflow.channels.ParsedUpdates;
import ai.chatflow.channels.wire.Form;
import ai.chatflow.platform.ids.MessageId;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/// Every kind of webhook, against expectations that were read by people. `-Dchatflow.record=true`
/// writes the expectations anew; read the difference before you keep it.
class TwilioWebhookTest {
  private static final Path OWN = Path.of("src/test/resources/testdata/twilio/own");
  private static final String WEBHOOK = ".webhook.form";
  private static final MessageId OURS = MessageId.fromString("msg_01kavk5e4sf2xr2bq6d8n1c7pm");

  @TestFactory
  Stream<DynamicTest> webhooksAreReadAsExpected() throws IOException {
    return files().stream().map(file -> DynamicTest.dynamicTest(name(file), () -> check(file)));
  }

  @Test
  void aStatusNamesOurMessageWhereTheAddressDid() throws IOException {
    var parsed =
        TwilioWebhook.parse(
            fields(OWN.resolve("status-queued" + WEBHOOK)), OURS, ParsedUpdates.RECEIVED_AT);

    assertThat(parsed.updates())
        .singleElement()
        .isInstanceOfSatisfying(
            StatusIn.class, status -> assertThat(status.ourId()).isEqualTo(OURS));
  }

  @Test
  void whatIsLongerThanAnyMessageIsKeptWhole() {
    var fields =
        Form.parse("MessageSid=SM0123456789&From=%2B16505551234&Body=" + "x".repeat(70_000));

    var parsed = TwilioWebhook.parse(fields.toJson(), null, ParsedUpdates.RECEIVED_AT);

    assertThat(ParsedUpdates.MAPPER.valueToTree(parsed.updates()).at("/0/content/type").asText())
        .isEqualTo("unsupported");
  }

  @Test
  void whatIsCutOffDoesNotEndWithHalfACharacter() {
    var fields =
        Form.parse("MessageSid=SM0123456789&MessageStatus=failed&ErrorMessage=" + "x".repeat(999))
            .toJson();
    fields.put("ErrorMessage", fields.path("ErrorMessage").asText() + "👍👍");

    var parsed = TwilioWebhook.parse(fields, null, ParsedUpdates.RECEIVED_AT);

    assertThat(ParsedUpdates.MAPPER.valueToTree(parsed.updates()).at("/0/error/detail").asText())
        .isEqualTo("x".repeat(999));
  }

  static List<Path> files() throws IOException {
    try (var files = Files.list(OWN)) {
      return files.filter(file -> file.toString().endsWith(WEBHOOK)).sorted().toList();
    }
  }

  static byte[] body(Path file) throws IOException {
    return Files.readString(file).strip().getBytes(StandardCharsets.UTF_8);
  }

  private static ObjectNode fields(Path file) throws IOException {
    return Form.parse(new String(body(file), StandardCharsets.UTF_8)).toJson();
  }

  private static String name(Path file) {
    return file.getFileName().toString().replace(WEBHOOK, "");
  }

  private static void check(Path webhook) throws IOException {
    var fields = fields(webhook);
    var parsed = TwilioWebhook.parse(fields, null, ParsedUpdates.RECEIVED_AT);
    ObjectNode shown = ParsedUpdates.MAPPER.createObjectNode();
    shown.put("partial", parsed.partial());
    shown.set("updates", ParsedUpdates.of(parsed.updates(), fields));
    Path expectation = OWN.resolve(name(webhook) + ".expected.json");
    if (Boolean.getBoolean("chatflow.record")) {
      Files.writeString(expectation, ParsedUpdates.MAPPER.writeValueAsString(shown) + "\n");
    }
    assertThat(expectation).as("the expectation of " + name(webhook)).exists();
    assertThat(shown.toPrettyString())
        .isEqualTo(ParsedUpdates.MAPPER.readTree(Files.readString(expectation)).toPrettyString());
  }
}
