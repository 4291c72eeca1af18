package ai.chatflow.channels.twiliosms;

import static org.assertj.core.api.Assertions.assertThat;

import ai.chatflow.channels.Damage;
import ai.chatflow.channels.ParsedUpdates;
import ai.chatflow.channels.wire.Form;
import ai.chatflow.channels.wire.Json;
import ai.chatflow.channels.wire.MalformedWebhook;
import ai.chatflow.testing.Seeds;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

/// Random damage to known webhooks.
class TwilioFormFuzzTest {
  private static final int ROUNDS = 20_000;

  @Test
  void damagedBytesAreMalformedOrReadButNeverAnythingElse() throws IOException {
    RandomGenerator random = Seeds.random("TwilioFormFuzzTest bytes");
    List<byte[]> webhooks = webhooks();
    for (int i = 0; i < ROUNDS; i++) {
      byte[] body = webhooks.get(random.nextInt(webhooks.size())).clone();
      Damage.bytes(body, random);
      try {
        read(Form.parse(new String(body, StandardCharsets.UTF_8)).toJson());
      } catch (MalformedWebhook expected) {
        assertThat(expected).hasMessageContaining("The body");
      }
    }
  }

  /// Fields of a wrong kind, as a body of JSON could have them.
  @Test
  void damagedShapesAreKept() throws IOException {
    RandomGenerator random = Seeds.random("TwilioFormFuzzTest shapes");
    List<byte[]> webhooks = webhooks();
    for (int i = 0; i < ROUNDS; i++) {
      byte[] body = webhooks.get(random.nextInt(webhooks.size()));
      ObjectNode fields = Form.parse(new String(body, StandardCharsets.UTF_8)).toJson();
      for (int damage = random.nextInt(4); damage >= 0; damage--) {
        Damage.shape(fields, random);
      }
      read(Json.object(Json.MAPPER.writeValueAsBytes(fields)));
    }
  }

  /// Nothing is lost, and nothing is made that cannot be stored.
  private static void read(ObjectNode fields) {
    var parsed = TwilioWebhook.parse(fields, null, ParsedUpdates.RECEIVED_AT);

    assertThat(parsed.updates()).isNotEmpty().hasSizeLessThanOrEqualTo(12);
    assertThat(ParsedUpdates.MAPPER.valueToTree(parsed.updates()).toString())
        .doesNotContain("\\u0000");
  }

  private static List<byte[]> webhooks() throws IOException {
    var webhooks = new ArrayList<byte[]>();
    for (Path file : TwilioWebhookTest.files()) {
      webhooks.add(TwilioWebhookTest.body(file));
    }
    return webhooks;
  }
}
