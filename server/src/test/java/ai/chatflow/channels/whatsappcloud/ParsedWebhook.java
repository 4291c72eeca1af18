package ai.chatflow.channels.whatsappcloud;

import ai.chatflow.channels.ParsedUpdates;
import ai.chatflow.channels.wire.Json;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;

/// What the parser made of a webhook, as JSON that expectations are compared with.
final class ParsedWebhook {
  static final Instant RECEIVED_AT = ParsedUpdates.RECEIVED_AT;
  static final ObjectMapper MAPPER = ParsedUpdates.MAPPER;

  private ParsedWebhook() {}

  static ObjectNode of(byte[] body) {
    var parsed = WhatsAppWebhook.parse(body, RECEIVED_AT);
    JsonNode root = Json.object(body);
    ObjectNode shown = MAPPER.createObjectNode();
    shown.put("partial", parsed.partial());
    ArrayNode batches = shown.putArray("batches");
    for (var batch : parsed.batches()) {
      ObjectNode one = batches.addObject();
      one.put("phone_number_id", batch.phoneNumberId()).put("account_id", batch.accountId());
      one.set("updates", ParsedUpdates.of(batch.updates(), root));
    }
    return shown;
  }
}
