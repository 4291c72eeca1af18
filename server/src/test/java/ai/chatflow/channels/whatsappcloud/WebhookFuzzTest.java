package ai.chatflow.channels.whatsappcloud;

import static org.assertj.core.api.Assertions.assertThat;

import ai.chatflow.testing.Seeds;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.math.BigDecimal;
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
      for (int damage = random.nextInt(4); damage >= 0; damage--) {
        body[random.nextInt(body.length)] = (byte) random.nextInt(256);
      }
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
      damage(root, random);
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

  /// Walks down at random and replaces, removes or renames what it finds there.
  private static void damage(JsonNode at, RandomGenerator random) {
    if (at instanceof ObjectNode object && !object.isEmpty()) {
      var names = new ArrayList<String>();
      object.fieldNames().forEachRemaining(names::add);
      String name = names.get(random.nextInt(names.size()));
      switch (random.nextInt(6)) {
        case 0 -> object.remove(name);
        case 1 -> object.set(name, junk(random));
        case 2 -> object.set(name + "2", object.remove(name));
        default -> damage(object.get(name), random);
      }
    } else if (at instanceof ArrayNode array && !array.isEmpty()) {
      int index = random.nextInt(array.size());
      if (random.nextInt(5) == 0) {
        array.set(index, junk(random));
      } else {
        damage(array.get(index), random);
      }
    }
  }

  private static JsonNode junk(RandomGenerator random) {
    return switch (random.nextInt(8)) {
      case 0 -> Json.MAPPER.nullNode();
      case 1 -> Json.MAPPER.createArrayNode().add(1);
      case 2 -> Json.MAPPER.createObjectNode().put("a", "b\u0000");
      case 3 -> Json.MAPPER.getNodeFactory().textNode("\u0000");
      case 4 -> Json.MAPPER.getNodeFactory().numberNode(random.nextLong());
      case 5 -> Json.MAPPER.getNodeFactory().numberNode(new BigDecimal("1e-400"));
      case 6 -> Json.MAPPER.getNodeFactory().textNode("x".repeat(5_000));
      default -> Json.MAPPER.getNodeFactory().booleanNode(random.nextBoolean());
    };
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
