package ai.chatflow.channels.telegram;

import ai.chatflow.api.model.AudioContent;
import ai.chatflow.api.model.ContactCard;
import ai.chatflow.api.model.ContactCardName;
import ai.chatflow.api.model.ContactCardPhone;
import ai.chatflow.api.model.ContactsContent;
import ai.chatflow.api.model.DocumentContent;
import ai.chatflow.api.model.ImageContent;
import ai.chatflow.api.model.LocationContent;
import ai.chatflow.api.model.MessageContent;
import ai.chatflow.api.model.StickerContent;
import ai.chatflow.api.model.TextContent;
import ai.chatflow.api.model.UnsupportedContent;
import ai.chatflow.api.model.VideoContent;
import ai.chatflow.channels.wire.Json;
import ai.chatflow.channels.wire.UnreadableItem;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Reads what a message says. Source: Telegram, "Bot API › Message".
final class MessageReader {
  private static final int LONGEST_FILE_ID = 200;

  /// In this order: an animation also comes as a document, a venue as a location.
  private static final List<String> KINDS =
      List.of(
          "text",
          "photo",
          "animation",
          "video",
          "video_note",
          "voice",
          "audio",
          "document",
          "sticker",
          "venue",
          "location",
          "contact");

  private static final Map<String, Function<JsonNode, MessageContent>> READERS =
      Map.ofEntries(
          Map.entry("text", m -> new TextContent(null, Json.required(m, "text"), null)),
          Map.entry("photo", MessageReader::photo),
          Map.entry("animation", m -> video(m, "animation")),
          Map.entry("video", m -> video(m, "video")),
          Map.entry("video_note", m -> video(m, "video_note")),
          Map.entry("voice", m -> sound(m, "voice")),
          Map.entry("audio", m -> sound(m, "audio")),
          Map.entry("document", m -> document(m, "document")),
          Map.entry("sticker", MessageReader::sticker),
          Map.entry("venue", MessageReader::venue),
          Map.entry("location", m -> place(Json.requiredObject(m, "location"), null, null)),
          Map.entry("contact", MessageReader::contact));

  /// What stands around a content.
  private static final Set<String> FRAME =
      Set.of(
          "message_id",
          "message_thread_id",
          "from",
          "sender_chat",
          "sender_tag",
          "sender_boost_count",
          "sender_business_bot",
          "business_connection_id",
          "date",
          "edit_date",
          "chat",
          "forward_origin",
          "is_topic_message",
          "is_automatic_forward",
          "reply_to_message",
          "external_reply",
          "quote",
          "via_bot",
          "has_protected_content",
          "is_from_offline",
          "media_group_id",
          "author_signature",
          "link_preview_options",
          "effect_id",
          "reply_markup");

  private MessageReader() {}

  /// A kind that is not known is kept whole.
  ///
  /// @throws UnreadableItem when a known kind does not have its shape
  static MessageContent content(JsonNode message) {
    for (String kind : KINDS) {
      var reader = READERS.get(kind);
      if (message.has(kind) && reader != null) {
        return reader.apply(message);
      }
    }
    return unsupported(message, null);
  }

  static UnsupportedContent unsupported(JsonNode message, @Nullable String detail) {
    String type = "unknown";
    for (var member : message.properties()) {
      if (!FRAME.contains(member.getKey())) {
        type = member.getKey();
        break;
      }
    }
    return new UnsupportedContent(null, type, detail, Json.map(message));
  }

  /// What the pressed button says; its id where the message is too old to be shown.
  static String title(JsonNode message, String data) {
    JsonNode keyboard = Json.objectOrEmpty(message, "reply_markup").path("inline_keyboard");
    for (JsonNode row : keyboard) {
      for (JsonNode button : row) {
        String text = Json.text(button, "text");
        if (text != null && data.equals(Json.text(button, "callback_data"))) {
          return text;
        }
      }
    }
    return data;
  }

  /// Several sizes, the largest last; always a JPEG.
  private static ImageContent photo(JsonNode message) {
    List<JsonNode> sizes = Json.elements(message, "photo");
    if (sizes.isEmpty()) {
      throw new UnreadableItem("no photo");
    }
    return ImageContent.builder()
        .providerMediaId(file(sizes.getLast()))
        .mimeType("image/jpeg")
        .caption(Json.text(message, "caption"))
        .build();
  }

  private static VideoContent video(JsonNode message, String kind) {
    JsonNode file = Json.requiredObject(message, kind);
    return VideoContent.builder()
        .providerMediaId(file(file))
        .mimeType(Json.text(file, "mime_type"))
        .caption(Json.text(message, "caption"))
        .build();
  }

  /// What is said along with a sound would be lost: such a one is a file.
  private static MessageContent sound(JsonNode message, String kind) {
    if (Json.text(message, "caption") != null) {
      return document(message, kind);
    }
    JsonNode file = Json.requiredObject(message, kind);
    return AudioContent.builder()
        .providerMediaId(file(file))
        .mimeType(Json.text(file, "mime_type"))
        .voice("voice".equals(kind))
        .build();
  }

  private static DocumentContent document(JsonNode message, String kind) {
    JsonNode file = Json.requiredObject(message, kind);
    return DocumentContent.builder()
        .providerMediaId(file(file))
        .mimeType(Json.text(file, "mime_type"))
        .caption(Json.text(message, "caption"))
        .filename(Json.text(file, "file_name"))
        .build();
  }

  private static StickerContent sticker(JsonNode message) {
    JsonNode file = Json.requiredObject(message, "sticker");
    boolean moves =
        Boolean.TRUE.equals(Json.bool(file, "is_animated"))
            || Boolean.TRUE.equals(Json.bool(file, "is_video"));
    return StickerContent.builder().providerMediaId(file(file)).animated(moves).build();
  }

  private static String file(JsonNode file) {
    String id = Json.required(file, "file_id");
    if (id.length() > LONGEST_FILE_ID) {
      throw new UnreadableItem("file_id is too long");
    }
    return id;
  }

  private static LocationContent venue(JsonNode message) {
    JsonNode venue = Json.requiredObject(message, "venue");
    return place(
        Json.requiredObject(venue, "location"),
        Json.text(venue, "title"),
        Json.text(venue, "address"));
  }

  private static LocationContent place(
      JsonNode place, @Nullable String name, @Nullable String address) {
    return LocationContent.builder()
        .latitude(degrees(place, "latitude", 90))
        .longitude(degrees(place, "longitude", 180))
        .name(name)
        .address(address)
        .build();
  }

  private static double degrees(JsonNode place, String field, double most) {
    try {
      double degrees = Double.parseDouble(Json.required(place, field));
      if (Math.abs(degrees) <= most) {
        return degrees;
      }
    } catch (NumberFormatException _) {
      throw new UnreadableItem(field + " is not a number");
    }
    throw new UnreadableItem(field + " is not on Earth");
  }

  private static ContactsContent contact(JsonNode message) {
    JsonNode card = Json.requiredObject(message, "contact");
    String first = Json.text(card, "first_name");
    String last = Json.text(card, "last_name");
    String name = first == null ? last : last == null ? first : first + " " + last;
    String phone = Json.required(card, "phone_number");
    return new ContactsContent(
        null,
        List.of(
            ContactCard.builder()
                .name(new ContactCardName(name == null ? "" : name, first, last))
                .phones(List.of(new ContactCardPhone(phone, null, null)))
                .build()));
  }
}
