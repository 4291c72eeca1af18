package ai.chatflow.channels.whatsappcloud;

import ai.chatflow.api.model.AudioContent;
import ai.chatflow.api.model.ButtonReplyContent;
import ai.chatflow.api.model.ContactCard;
import ai.chatflow.api.model.ContactCardEmail;
import ai.chatflow.api.model.ContactCardName;
import ai.chatflow.api.model.ContactCardPhone;
import ai.chatflow.api.model.ContactsContent;
import ai.chatflow.api.model.DocumentContent;
import ai.chatflow.api.model.FlowReplyContent;
import ai.chatflow.api.model.ImageContent;
import ai.chatflow.api.model.ListReplyContent;
import ai.chatflow.api.model.LocationContent;
import ai.chatflow.api.model.MessageContent;
import ai.chatflow.api.model.ReactionContent;
import ai.chatflow.api.model.StickerContent;
import ai.chatflow.api.model.SystemContent;
import ai.chatflow.api.model.TextContent;
import ai.chatflow.api.model.UnsupportedContent;
import ai.chatflow.api.model.VideoContent;
import ai.chatflow.channels.wire.Json;
import ai.chatflow.channels.wire.MalformedWebhook;
import ai.chatflow.channels.wire.UnreadableItem;
import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Reads what a message says. Sources: Meta, "Webhooks › messages" reference, one page per type.
final class ContentReader {
  private ContentReader() {}

  /// A kind that is not known is kept whole.
  ///
  /// @throws UnreadableItem when a known kind does not have its shape
  static MessageContent read(JsonNode message) {
    String type = Json.text(message, "type");
    return switch (type) {
      case "text" -> new TextContent(null, Json.required(body(message, type), "body"), null);
      case "image" -> image(body(message, type));
      case "video" -> video(body(message, type));
      case "audio", "voice" -> audio(body(message, type));
      case "document" -> document(body(message, type));
      case "sticker" -> sticker(body(message, type));
      case "location" -> location(body(message, type));
      case "contacts" -> contacts(message);
      case "button" -> button(body(message, type));
      case "interactive" -> interactive(message, body(message, type));
      case "order" -> OrderReader.read(body(message, type));
      case "reaction" -> reaction(body(message, type));
      case "system" -> system(body(message, type));
      case null -> unsupported(message, "no type");
      default -> unsupported(message, errorOf(message));
    };
  }

  static UnsupportedContent unsupported(JsonNode message, @Nullable String detail) {
    String type = Json.text(message, "type");
    return new UnsupportedContent(null, type == null ? "unknown" : type, detail, Json.map(message));
  }

  private static JsonNode body(JsonNode message, String type) {
    return Json.requiredObject(message, type);
  }

  private static ImageContent image(JsonNode media) {
    return ImageContent.builder()
        .providerMediaId(Json.required(media, "id"))
        .mimeType(Json.text(media, "mime_type"))
        .sha256(Json.text(media, "sha256"))
        .caption(Json.text(media, "caption"))
        .build();
  }

  private static VideoContent video(JsonNode media) {
    return VideoContent.builder()
        .providerMediaId(Json.required(media, "id"))
        .mimeType(Json.text(media, "mime_type"))
        .sha256(Json.text(media, "sha256"))
        .caption(Json.text(media, "caption"))
        .build();
  }

  private static AudioContent audio(JsonNode media) {
    return AudioContent.builder()
        .providerMediaId(Json.required(media, "id"))
        .mimeType(Json.text(media, "mime_type"))
        .sha256(Json.text(media, "sha256"))
        .voice(Json.bool(media, "voice"))
        .build();
  }

  private static DocumentContent document(JsonNode media) {
    return DocumentContent.builder()
        .providerMediaId(Json.required(media, "id"))
        .mimeType(Json.text(media, "mime_type"))
        .sha256(Json.text(media, "sha256"))
        .caption(Json.text(media, "caption"))
        .filename(Json.text(media, "filename"))
        .build();
  }

  private static StickerContent sticker(JsonNode media) {
    return StickerContent.builder()
        .providerMediaId(Json.required(media, "id"))
        .mimeType(Json.text(media, "mime_type"))
        .sha256(Json.text(media, "sha256"))
        .animated(Json.bool(media, "animated"))
        .build();
  }

  private static LocationContent location(JsonNode place) {
    return LocationContent.builder()
        .latitude(degrees(place, "latitude", 90))
        .longitude(degrees(place, "longitude", 180))
        .name(Json.text(place, "name"))
        .address(Json.text(place, "address"))
        .url(Json.text(place, "url"))
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

  private static ContactsContent contacts(JsonNode message) {
    List<ContactCard> cards =
        Json.elements(message, "contacts").stream().map(ContentReader::card).toList();
    if (cards.isEmpty()) {
      throw new UnreadableItem("no contacts");
    }
    return new ContactsContent(null, cards);
  }

  private static ContactCard card(JsonNode card) {
    JsonNode name = Json.objectOrEmpty(card, "name");
    String formatted = Json.text(name, "formatted_name");
    return ContactCard.builder()
        .name(
            new ContactCardName(
                formatted == null ? "" : formatted,
                Json.text(name, "first_name"),
                Json.text(name, "last_name")))
        .phones(nullIfEmpty(Json.elements(card, "phones").stream().map(ContentReader::phone)))
        .emails(nullIfEmpty(Json.elements(card, "emails").stream().map(ContentReader::email)))
        .organization(Json.text(Json.objectOrEmpty(card, "org"), "company"))
        .birthday(Json.text(card, "birthday"))
        .build();
  }

  private static ContactCardPhone phone(JsonNode phone) {
    return new ContactCardPhone(
        Json.text(phone, "phone"), Json.text(phone, "type"), Json.text(phone, "wa_id"));
  }

  private static ContactCardEmail email(JsonNode email) {
    String address = Json.text(email, "email");
    return new ContactCardEmail(address == null ? "" : address, Json.text(email, "type"));
  }

  private static <T> @Nullable List<T> nullIfEmpty(Stream<T> values) {
    List<T> list = values.toList();
    return list.isEmpty() ? null : list;
  }

  private static ButtonReplyContent button(JsonNode button) {
    String title = Json.required(button, "text");
    String payload = Json.text(button, "payload");
    return new ButtonReplyContent(null, payload == null ? title : payload, title, null);
  }

  private static MessageContent interactive(JsonNode message, JsonNode interactive) {
    String type = Json.text(interactive, "type");
    return switch (type) {
      case "button_reply" -> {
        JsonNode reply = Json.requiredObject(interactive, type);
        yield new ButtonReplyContent(
            null, Json.required(reply, "id"), Json.required(reply, "title"), null);
      }
      case "list_reply" -> {
        JsonNode reply = Json.requiredObject(interactive, type);
        yield new ListReplyContent(
            null,
            Json.required(reply, "id"),
            Json.required(reply, "title"),
            Json.text(reply, "description"),
            null);
      }
      case "nfm_reply" -> flowReply(Json.requiredObject(interactive, type));
      case null, default ->
          new UnsupportedContent(null, "interactive." + type, null, Json.map(message));
    };
  }

  /// Meta, "Flows › Receiving a response": the answers are JSON inside a string.
  private static FlowReplyContent flowReply(JsonNode reply) {
    Map<String, Object> response;
    try {
      response =
          Json.map(
              Json.object(Json.required(reply, "response_json").getBytes(StandardCharsets.UTF_8)));
    } catch (MalformedWebhook e) {
      throw new UnreadableItem("response_json is not JSON: " + e.getMessage());
    }
    return new FlowReplyContent(null, Json.text(reply, "name"), Json.text(reply, "body"), response);
  }

  /// No emoji takes the reaction back.
  private static ReactionContent reaction(JsonNode reaction) {
    String emoji = Json.text(reaction, "emoji");
    return new ReactionContent(
        null, null, Json.required(reaction, "message_id"), emoji == null ? "" : emoji);
  }

  private static SystemContent system(JsonNode system) {
    String address = null;
    for (String field : List.of("wa_id", "new_wa_id", "user_id")) {
      if (address == null && Json.text(system, field) != null) {
        address = Parties.identity(Json.required(system, field));
      }
    }
    String kind = Json.text(system, "type");
    return new SystemContent(
        null, kind == null ? "unknown" : kind, Json.text(system, "body"), address);
  }

  private static @Nullable String errorOf(JsonNode message) {
    List<JsonNode> errors = Json.elements(message, "errors");
    return errors.isEmpty() ? null : WhatsAppErrors.summary(errors.getFirst());
  }
}
