package ai.chatflow.channels.whatsappcloud;

import static org.assertj.core.api.Assertions.assertThat;

import ai.chatflow.channels.Damage;
import ai.chatflow.channels.wire.Json;
import ai.chatflow.channels.wire.MalformedWebhook;
import ai.chatflow.testing.Seeds;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

/// Random damage to known webhooks.
class WebhookFuzzTest {
  private static final int ROUNDS = 20_000;

  @Test
  void damagedBytesAreMalformedOrReadButNeverAnythingElse() throws IOException {
    RandomGenerator random = Seeds.random("WebhookFuzzTest bytes");
    List<byte[]> webhooks = webhooks();
    for (int i = 0; i < ROUNDS; i++) {
      byte[] body = webhooks.get(random.nextInt(webhooks.size())).clone();
      Damage.bytes(body, random);
      parsesOrIsMalformed(body);
    }
  }

  /// Well-formed JSON of a wrong shape loses nothing: it is never malformed, and never empty.
  @Test
  void damagedShapesAreKept() throws IOException {
    RandomGenerator random = Seeds.random("WebhookFuzzTest shapes");
    List<byte[]> webhooks = webhooks();
    for (int i = 0; i < ROUNDS; i++) {
      JsonNode root = Json.MAPPER.readTree(webhooks.get(random.nextInt(webhooks.size())));
      Damage.shape(root, random);
      byte[] body = Json.MAPPER.writeValueAsBytes(root);

      var parsed = WhatsAppWebhook.parse(body, ParsedWebhook.RECEIVED_AT);

      for (var batch : parsed.batches()) {
        assertThat(batch.updates()).isNotEmpty();
        for (var update : batch.updates()) {
          assertThat(ParsedWebhook.MAPPER.valueToTree(update).toString()).doesNotContain("\\u0000");
        }
      }
    }
  }

  private static void parsesOrIsMalformed(byte[] body) {
    try {
      assertThat(WhatsAppWebhook.parse(body, ParsedWebhook.RECEIVED_AT)).isNotNull();
    } catch (MalformedWebhook expected) {
      assertThat(expected).hasMessageContaining("The body");
    }
  }

  private static List<byte[]> webhooks() throws IOException {
    var webhooks = new ArrayList<byte[]>();
    try (var files = Files.list(Path.of("src/test/resources/testdata/whatsapp/own"))) {
      for (Path file : files.sorted().toList()) {
        if (file.toString().endsWith(".webhook.json")) {
          webhooks.add(Files.readAllBytes(file));
        }
      }
    }
    return webhooks;
  }
}
