package ai.chatflow.channels.telegram;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.chatflow.channels.ParsedUpdates;
import ai.chatflow.channels.wire.Json;
import ai.chatflow.channels.wire.MalformedWebhook;
import ai.chatflow.testing.telegram.BotSpec;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/// Every kind of update, against expectations that were read by people. `-Dchatflow.record=true`
/// writes the expectations anew; read the difference before you keep it.
class TelegramWebhookTest {
  private static final Path OWN = Path.of("src/test/resources/testdata/telegram/own");
  private static final String WEBHOOK = ".webhook.json";

  /// Those that no Telegram would post.
  private static final Set<String> BROKEN =
      Set.of(
          "unknown-kind",
          "photo-without-file",
          "message-is-text",
          "what-no-database-stores",
          "id-out-of-range");

  @TestFactory
  Stream<DynamicTest> updatesAreReadAsExpected() throws IOException {
    return files().stream().map(file -> DynamicTest.dynamicTest(name(file), () -> check(file)));
  }

  @TestFactory
  Stream<DynamicTest> ourUpdatesFitTheContractOfTheProvider() throws IOException {
    BotSpec spec = BotSpec.require();
    return files().stream()
        .filter(file -> !BROKEN.contains(name(file)))
        .map(
            file ->
                DynamicTest.dynamicTest(
                    name(file),
                    () ->
                        assertThat(
                                spec.typeViolations(
                                    "Update", Json.MAPPER.readTree(Files.readAllBytes(file))))
                            .isEmpty()));
  }

  @Test
  void weAskForNoUpdatesThatDoNotExist() {
    assertThat(BotSpec.require().updates()).containsAll(TelegramConnections.UPDATES);
  }

  @Test
  void whatIsNotAJsonObjectIsMalformed() {
    for (String body : List.of("", " ", "[]", "42", "null", "{", "{} {}", "{\"a\":}")) {
      assertThatThrownBy(
              () ->
                  TelegramWebhook.parse(
                      body.getBytes(StandardCharsets.UTF_8), ParsedUpdates.RECEIVED_AT))
          .as(body)
          .isInstanceOf(MalformedWebhook.class);
    }
  }

  static List<Path> files() throws IOException {
    try (var files = Files.list(OWN)) {
      return files.filter(file -> file.toString().endsWith(WEBHOOK)).sorted().toList();
    }
  }

  private static String name(Path file) {
    return file.getFileName().toString().replace(WEBHOOK, "");
  }

  private static void check(Path webhook) throws IOException {
    byte[] body = Files.readAllBytes(webhook);
    var parsed = TelegramWebhook.parse(body, ParsedUpdates.RECEIVED_AT);
    ObjectNode shown = ParsedUpdates.MAPPER.createObjectNode();
    shown.put("partial", parsed.partial()).put("pressed", parsed.pressed());
    shown.set("updates", ParsedUpdates.of(parsed.updates(), Json.object(body)));
    Path expectation = OWN.resolve(name(webhook) + ".expected.json");
    if (Boolean.getBoolean("chatflow.record")) {
      Files.writeString(expectation, ParsedUpdates.MAPPER.writeValueAsString(shown) + "\n");
    }
    assertThat(expectation).as("the expectation of " + name(webhook)).exists();
    assertThat(shown.toPrettyString())
        .isEqualTo(ParsedUpdates.MAPPER.readTree(Files.readString(expectation)).toPrettyString());
  }
}
