package ai.chatflow.testing.telegram;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What Telegram refuses beside its document's types; each rule says where that stands. Where the
/// document is not at hand, the methods and their required parameters are these.
final class BotRules {
  private static final Map<String, Set<String>> REQUIRED =
      Map.ofEntries(
          Map.entry("getMe", Set.of()),
          Map.entry("getWebhookInfo", Set.of()),
          Map.entry("setWebhook", Set.of("url")),
          Map.entry("deleteWebhook", Set.of()),
          Map.entry("answerCallbackQuery", Set.of("callback_query_id")),
          Map.entry("sendChatAction", Set.of("chat_id", "action")),
          Map.entry("setMessageReaction", Set.of("chat_id", "message_id")),
          Map.entry("sendMessage", Set.of("chat_id", "text")),
          Map.entry("sendPhoto", Set.of("chat_id", "photo")),
          Map.entry("sendVideo", Set.of("chat_id", "video")),
          Map.entry("sendAudio", Set.of("chat_id", "audio")),
          Map.entry("sendVoice", Set.of("chat_id", "voice")),
          Map.entry("sendDocument", Set.of("chat_id", "document")),
          Map.entry("sendSticker", Set.of("chat_id", "sticker")),
          Map.entry("sendLocation", Set.of("chat_id", "latitude", "longitude")),
          Map.entry("sendVenue", Set.of("chat_id", "latitude", "longitude", "title", "address")),
          Map.entry("sendContact", Set.of("chat_id", "phone_number", "first_name")));

  /// "Update", each optional member.
  private static final Set<String> UPDATES =
      Set.of(
          "message",
          "edited_message",
          "channel_post",
          "edited_channel_post",
          "business_connection",
          "business_message",
          "edited_business_message",
          "deleted_business_messages",
          "message_reaction",
          "message_reaction_count",
          "callback_query",
          "my_chat_member",
          "chat_member",
          "chat_join_request");

  private static final List<String> MEDIA =
      List.of("photo", "video", "audio", "voice", "document", "sticker");

  private BotRules() {}

  /// What Telegram would say; null when it would do as asked.
  static @Nullable String violation(String method, JsonNode given) {
    Set<String> required = REQUIRED.get(method);
    if (required == null) {
      return "the product has no use for " + method;
    }
    for (String name : required) {
      if (!given.has(name)) {
        return name + " is missing";
      }
    }
    var types =
        BotSpec.find().map(spec -> spec.violations(method, given)).orElse(List.<String>of());
    if (!types.isEmpty()) {
      return String.join("; ", types);
    }
    return switch (method) {
      case "setWebhook" -> webhook(given);
      case "sendMessage" -> text(given);
      case "setMessageReaction" -> given.path("reaction").size() > 1 ? "REACTIONS_TOO_MANY" : null;
      case "sendLocation", "sendVenue" -> place(given);
      case "sendContact" -> given.path("first_name").asText().isBlank() ? "first name" : null;
      default -> media(given);
    };
  }

  /// "setWebhook": https, the characters of the secret, 1 to 100 connections. A Bot API server of
  /// one's own also posts to http ("Using a Local Bot API Server").
  private static @Nullable String webhook(JsonNode given) {
    URI url = URI.create(given.path("url").asText());
    boolean local = "http".equals(url.getScheme()) && "127.0.0.1".equals(url.getHost());
    if (!"https".equals(url.getScheme()) && !local) {
      return "bad webhook: An HTTPS URL must be provided for webhook";
    }
    if (!given.path("secret_token").asText().matches("[A-Za-z0-9_-]{1,256}")) {
      return "secret token contains unallowed characters";
    }
    int connections = given.path("max_connections").asInt(40);
    if (connections < 1 || connections > 100) {
      return "max_connections";
    }
    for (JsonNode kind : given.path("allowed_updates")) {
      if (!UPDATES.contains(kind.asText())) {
        return "no such update: " + kind.asText();
      }
    }
    return null;
  }

  /// "sendMessage": 1 to 4,096 characters; "MessageEntity": places count UTF-16 units.
  private static @Nullable String text(JsonNode given) {
    String text = given.path("text").asText();
    if (text.isBlank()) {
      return "message text is empty";
    }
    if (text.codePointCount(0, text.length()) > 4_096) {
      return "message is too long";
    }
    for (JsonNode entity : given.path("entities")) {
      int offset = entity.path("offset").asInt(-1);
      int end = offset + entity.path("length").asInt();
      if (offset < 0 || end <= offset || end > text.length()) {
        return "ENTITY_BOUNDS_INVALID";
      }
    }
    return keyboard(given.path("reply_markup").path("inline_keyboard"));
  }

  /// "InlineKeyboardButton": a text, and exactly one more; callback_data has 1 to 64 bytes.
  private static @Nullable String keyboard(JsonNode rows) {
    for (JsonNode row : rows) {
      for (JsonNode button : row) {
        if (button.path("text").asText().isBlank()) {
          return "Text buttons are unallowed in the inline keyboard";
        }
        if (button.size() != 2) {
          return "exactly one of the optional fields must be used";
        }
        JsonNode data = button.get("callback_data");
        if (data != null) {
          int bytes = data.asText().getBytes(StandardCharsets.UTF_8).length;
          if (bytes < 1 || bytes > 64) {
            return "BUTTON_DATA_INVALID";
          }
        }
      }
    }
    return null;
  }

  private static @Nullable String place(JsonNode given) {
    boolean onEarth =
        Math.abs(given.path("latitude").asDouble()) <= 90
            && Math.abs(given.path("longitude").asDouble()) <= 180;
    return onEarth ? null : "wrong coordinates";
  }

  /// "Sending files": an https link or the id of a file; captions up to 1,024 characters.
  private static @Nullable String media(JsonNode given) {
    String caption = given.path("caption").asText();
    if (caption.codePointCount(0, caption.length()) > 1_024) {
      return "message caption is too long";
    }
    for (String kind : MEDIA) {
      if (given.has(kind) && given.path(kind).asText().startsWith("http:")) {
        return "wrong HTTP URL specified";
      }
    }
    return null;
  }
}
