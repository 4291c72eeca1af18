package ai.chatflow.testing.whatsapp;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// What must have happened before a webhook for it to make sense: the messages of ours that it
/// reports on, answers or reacts to, and what people wrote that is edited, taken back or moved.
///
/// @param numbers the business's numbers that it names, and how each is displayed
/// @param accounts the accounts that it names
/// @param sent messages of ours, by the provider's id, and whom they went to
/// @param webhooks what came in
public record WebhookStory(
    Map<String, String> numbers,
    Set<String> accounts,
    Map<String, String> sent,
    List<JsonNode> webhooks) {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
  private static final long EARLIER = 60;

  /// The story before a webhook.
  public static WebhookStory before(JsonNode webhook) {
    var story =
        new WebhookStory(
            new LinkedHashMap<>(), new LinkedHashSet<>(), new LinkedHashMap<>(), new ArrayList<>());
    // the ids of what the webhook itself brings
    var own = new HashSet<>(webhook.findValuesAsText("id"));
    own.removeAll(webhook.findValues("context").stream().map(c -> c.path("id").asText()).toList());
    for (JsonNode entry : webhook.path("entry")) {
      for (JsonNode change : entry.path("changes")) {
        var value = change.path("value");
        var account = value.at("/waba_info/waba_id").asText();
        story.accounts.add(account.isEmpty() ? entry.path("id").asText() : account);
        story.tell(value, own);
      }
    }
    if (!webhook.has("entry")) {
      story.tell(webhook, own);
    }
    return story;
  }

  /// Whether nothing needs to have happened.
  public boolean isEmpty() {
    return sent.isEmpty() && webhooks.isEmpty();
  }

  private void tell(JsonNode value, Set<String> own) {
    var metadata = value.path("metadata");
    if (metadata.hasNonNull("phone_number_id")) {
      numbers.put(
          metadata.get("phone_number_id").asText(), metadata.path("display_phone_number").asText());
    }
    for (JsonNode status : value.path("statuses")) {
      sent("+" + status.path("recipient_id").asText(), status.path("id").asText(), Set.of());
    }
    for (JsonNode message : value.path("messages")) {
      answered(message, own);
      amended(message, metadata, "messages", own);
      if (message.at("/system/wa_id").isTextual() && message.hasNonNull("from")) {
        wrote(message, "wamid.BEFORE.THE.CHANGE", metadata, "messages");
      }
    }
    for (JsonNode echo : value.path("message_echoes")) {
      amended(echo, metadata, "message_echoes", own);
    }
  }

  private void answered(JsonNode message, Set<String> own) {
    var context = message.path("context");
    if (message.hasNonNull("group_id") || context.has("referred_product")) {
      return;
    }
    var from = "+" + message.path("from").asText();
    sent(from, context.path("id").asText(), own);
    sent(from, message.at("/reaction/message_id").asText(), own);
  }

  private void sent(String phone, String id, Set<String> own) {
    if (!id.isEmpty() && !own.contains(id) && phone.matches("\\+[1-9][0-9]{6,14}")) {
      sent.putIfAbsent(id, phone);
    }
  }

  private void amended(JsonNode message, JsonNode metadata, String field, Set<String> own) {
    for (String kind : List.of("edit", "revoke")) {
      var original = message.path(kind).path("original_message_id").asText();
      if (!original.isEmpty() && own.add(original)) {
        wrote(message, original, metadata, field);
      }
    }
  }

  private void wrote(JsonNode later, String id, JsonNode metadata, String field) {
    ObjectNode message = JSON.objectNode().put("id", id).put("type", "text");
    for (String party : List.of("from", "to", "from_user_id")) {
      if (later.has(party)) {
        message.set(party, later.get(party));
      }
    }
    message.put("timestamp", String.valueOf(later.path("timestamp").asLong() - EARLIER));
    message.putObject("text").put("body", "As it was before");
    ObjectNode value = JSON.objectNode().put("messaging_product", "whatsapp");
    value.set("metadata", metadata);
    value.putArray(field).add(message);
    ObjectNode webhook = JSON.objectNode().put("object", "whatsapp_business_account");
    ObjectNode entry = webhook.putArray("entry").addObject().put("id", "0");
    entry.putArray("changes").addObject().put("field", field).set("value", value);
    webhooks.add(webhook);
  }
}
