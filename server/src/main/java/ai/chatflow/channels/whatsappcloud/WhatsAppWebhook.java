package ai.chatflow.channels.whatsappcloud;

import ai.chatflow.channels.InboundUpdate;
import ai.chatflow.channels.wire.Json;
import ai.chatflow.channels.wire.MalformedWebhook;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Reads a webhook of the WhatsApp Cloud API (Meta, "Webhooks" reference): up to 1,000 updates
/// about any number of phone numbers. What is not known, or does not have the shape that it should,
/// is kept whole; it never costs what stands beside it.
///
/// @param batches what was said, per phone number, in the order of the webhook
/// @param partial something of a known kind could not be read: keep the raw body, so that it can be
///   read again by a better parser
public record WhatsAppWebhook(List<Batch> batches, boolean partial) {
  public WhatsAppWebhook {
    batches = List.copyOf(batches);
  }

  /// What a webhook says about one phone number.
  ///
  /// @param phoneNumberId null for what is said about the account
  /// @param accountId the WhatsApp Business Account; null where the webhook does not name it
  public record Batch(
      @Nullable String phoneNumberId, @Nullable String accountId, List<InboundUpdate> updates) {
    public Batch {
      updates = List.copyOf(updates);
    }
  }

  /// @param receivedAt the time of what carries none
  /// @throws MalformedWebhook when the body is not a JSON object; nothing else is ever thrown
  public static WhatsAppWebhook parse(byte[] body, Instant receivedAt) {
    JsonNode root = Json.object(body);
    var found = new Collector(receivedAt);
    if (root.get("entry") instanceof ArrayNode entries) {
      entries.forEach(entry -> readEntry(entry, found));
    } else {
      // some webhooks come without the envelope, for example that history was declined
      readValue(fieldOf(root), root, null, receivedAt, found);
    }
    return found.finished();
  }

  private static void readEntry(JsonNode entry, Collector found) {
    String account = Json.text(entry, "id");
    Instant at = Json.seconds(entry, "time", found.receivedAt());
    if (!(entry.get("changes") instanceof ArrayNode changes)) {
      found.broken(null, account, "entry", entry, "no changes", at);
      return;
    }
    for (JsonNode change : changes) {
      String field = Json.text(change, "field");
      JsonNode value = change.get("value");
      if (field == null || value == null || !value.isObject()) {
        found.broken(null, account, "change", change, "no field or value", at);
      } else {
        readValue(field, value, account, at, found);
      }
    }
  }

  private static void readValue(
      String field, JsonNode value, @Nullable String account, Instant at, Collector found) {
    String phone = Json.text(Json.objectOrEmpty(value, "metadata"), "phone_number_id");
    // Meta, "account_update": about partners the entry is the business; the account is inside
    String spokenOf = Json.text(Json.objectOrEmpty(value, "waba_info"), "waba_id");
    new ValueReader(field, value, at, found.at(phone, spokenOf == null ? account : spokenOf))
        .read();
  }

  /// What a value without an envelope is about: the array that it holds.
  private static String fieldOf(JsonNode value) {
    for (String field : List.of("history", "messages", "statuses", "message_echoes")) {
      if (value.has(field)) {
        return "statuses".equals(field) ? "messages" : field;
      }
    }
    return "unknown";
  }
}
