package ai.chatflow.channels.whatsappcloud;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.chatflow.channels.wire.MalformedWebhook;
import ai.chatflow.testing.Conformance;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/// Every kind of webhook, against expectations that were read by people. `-Dchatflow.record=true`
/// writes the expectations anew; read the difference before you keep it.
class WhatsAppWebhookTest {
  private static final Path CASES = Path.of("src/test/resources/testdata/whatsapp");
  private static final int PROVIDER_PAYLOADS = 44;

  @TestFactory
  Stream<DynamicTest> ownWebhooksAreReadAsExpected() throws IOException {
    return tests(CASES.resolve("own"), ".webhook.json", CASES.resolve("own"));
  }

  @TestFactory
  Stream<DynamicTest> webhooksOfTheProviderAreReadAsExpected() throws IOException {
    Path payloads = Conformance.require("payloads/whatsapp-cloud/webhook");
    assertThat(files(payloads, ".json")).hasSize(PROVIDER_PAYLOADS);
    return tests(payloads, ".json", CASES.resolve("meta"));
  }

  @Test
  void whatIsNotAJsonObjectIsMalformed() {
    for (String body :
        List.of("", " ", "[]", "42", "\"entry\"", "null", "{", "{} {}", "{\"a\":}")) {
      assertThatThrownBy(() -> parse(body)).as(body).isInstanceOf(MalformedWebhook.class);
    }
  }

  @Test
  void anEmptyEnvelopeSaysNothing() {
    assertThat(parse("{\"object\":\"whatsapp_business_account\",\"entry\":[]}").batches())
        .isEmpty();
  }

  private static WhatsAppWebhook parse(String body) {
    return WhatsAppWebhook.parse(body.getBytes(StandardCharsets.UTF_8), ParsedWebhook.RECEIVED_AT);
  }

  private static Stream<DynamicTest> tests(Path folder, String ending, Path expectations)
      throws IOException {
    return files(folder, ending).stream()
        .map(
            file -> {
              String name = file.getFileName().toString().replace(ending, "");
              Path expectation = expectations.resolve(name + ".expected.json");
              return DynamicTest.dynamicTest(name, () -> check(file, expectation));
            });
  }

  private static void check(Path webhook, Path expectation) throws IOException {
    var parsed = ParsedWebhook.of(Files.readAllBytes(webhook));
    if (Boolean.getBoolean("chatflow.record")) {
      Files.writeString(expectation, ParsedWebhook.MAPPER.writeValueAsString(parsed) + "\n");
    }
    assertThat(expectation).as("the expectation of " + webhook.getFileName()).exists();
    assertThat(parsed.toPrettyString())
        .isEqualTo(ParsedWebhook.MAPPER.readTree(Files.readString(expectation)).toPrettyString());
  }

  private static List<Path> files(Path folder, String ending) throws IOException {
    var found = new ArrayList<Path>();
    try (var files = Files.list(folder)) {
      files.filter(file -> file.toString().endsWith(ending)).sorted().forEach(found::add);
    }
    return found;
  }
}
