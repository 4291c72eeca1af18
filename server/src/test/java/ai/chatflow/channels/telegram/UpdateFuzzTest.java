package ai.chatflow.channels.telegram;

import static org.assertj.core.api.Assertions.assertThat;

import ai.chatflow.channels.Damage;
import ai.chatflow.channels.ParsedUpdates;
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

/// Random damage to known updates.
class UpdateFuzzTest {
  private static final int ROUNDS = 20_000;

  @Test
  void damagedBytesAreMalformedOrReadButNeverAnythingElse() throws IOException {
    RandomGenerator random = Seeds.random("UpdateFuzzTest bytes");
    List<byte[]> updates = updates();
    for (int i = 0; i < ROUNDS; i++) {
      byte[] body = updates.get(random.nextInt(updates.size())).clone();
      Damage.bytes(body, random);
      parsesOrIsMalformed(body);
    }
  }

  /// Well-formed JSON of a wrong shape loses nothing: it is never malformed, and never empty.
  @Test
  void damagedShapesAreKept() throws IOException {
    RandomGenerator random = Seeds.random("UpdateFuzzTest shapes");
    List<byte[]> updates = updates();
    for (int i = 0; i < ROUNDS; i++) {
      JsonNode root = Json.MAPPER.readTree(updates.get(random.nextInt(updates.size())));
      Damage.shape(root, random);

      var parsed =
          TelegramWebhook.parse(Json.MAPPER.writeValueAsBytes(root), ParsedUpdates.RECEIVED_AT);

      assertThat(parsed.updates()).hasSize(1);
      assertThat(ParsedUpdates.MAPPER.valueToTree(parsed.updates().getFirst()).toString())
          .doesNotContain("\\u0000");
    }
  }

  private static void parsesOrIsMalformed(byte[] body) {
    try {
      assertThat(TelegramWebhook.parse(body, ParsedUpdates.RECEIVED_AT)).isNotNull();
    } catch (MalformedWebhook expected) {
      assertThat(expected).hasMessageContaining("The body");
    }
  }

  private static List<byte[]> updates() throws IOException {
    var updates = new ArrayList<byte[]>();
    for (Path file : TelegramWebhookTest.files()) {
      updates.add(Files.readAllBytes(file));
    }
    return updates;
  }
}
