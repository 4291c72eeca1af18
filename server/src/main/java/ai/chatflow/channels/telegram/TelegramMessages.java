package ai.chatflow.channels.telegram;

import ai.chatflow.api.model.AudioContent;
import ai.chatflow.api.model.ButtonReplyContent;
import ai.chatflow.api.model.ButtonsContent;
import ai.chatflow.api.model.ContactCard;
import ai.chatflow.api.model.ContactsContent;
import ai.chatflow.api.model.CtaUrlContent;
import ai.chatflow.api.model.DocumentContent;
import ai.chatflow.api.model.FlowReplyContent;
import ai.chatflow.api.model.ImageContent;
import ai.chatflow.api.model.ListContent;
import ai.chatflow.api.model.ListReplyContent;
import ai.chatflow.api.model.LocationContent;
import ai.chatflow.api.model.MessageContent;
import ai.chatflow.api.model.OrderContent;
import ai.chatflow.api.model.ReactionContent;
import ai.chatflow.api.model.StickerContent;
import ai.chatflow.api.model.SystemContent;
import ai.chatflow.api.model.TemplateContent;
import ai.chatflow.api.model.TextContent;
import ai.chatflow.api.model.UnsupportedContent;
import ai.chatflow.api.model.VideoContent;
import ai.chatflow.channels.OutboundMessage;
import ai.chatflow.channels.wire.Json;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.net.URI;
import org.jspecify.annotations.Nullable;

/// Writes what is asked of the Bot API: a method and its parameters. Source: Telegram, "Bot API ›
/// Available methods".
final class TelegramMessages {
  private TelegramMessages() {}

  /// A method and its parameters.
  record Call(String method, ObjectNode parameters) {}

  /// @throws IllegalArgumentException for a content that cannot be sent at all
  static Call request(OutboundMessage message) {
    ObjectNode body = Json.MAPPER.createObjectNode();
    String group = message.groupId();
    body.put("chat_id", chat(group == null ? message.address() : group));
    String method = content(body, message.content());
    MessageRef quoted = MessageRef.parse(message.replyToProviderId());
    if (quoted != null && !(message.content() instanceof ReactionContent)) {
      // a quoted message that was deleted costs the answer nothing but the quote
      body.putObject("reply_parameters")
          .put("message_id", quoted.message())
          .put("allow_sending_without_reply", true);
    }
    return new Call(method, body);
  }

  /// Shows that an answer is being typed, for five seconds.
  static Call typing(String chat) {
    ObjectNode body = Json.MAPPER.createObjectNode();
    body.put("chat_id", chat(chat)).put("action", "typing");
    return new Call("sendChatAction", body);
  }

  private static long chat(String id) {
    try {
      return Long.parseLong(id);
    } catch (NumberFormatException _) {
      throw new IllegalArgumentException("The address is no id of a chat.");
    }
  }

  /// @return the method
  private static String content(ObjectNode body, MessageContent content) {
    return switch (content) {
      case TextContent text -> text(body, text);
      case ImageContent image ->
          media(body, "photo", image.url(), image.providerMediaId(), image.caption());
      case VideoContent video ->
          media(body, "video", video.url(), video.providerMediaId(), video.caption());
      case AudioContent audio -> {
        String kind = Boolean.TRUE.equals(audio.voice()) ? "voice" : "audio";
        yield media(body, kind, audio.url(), audio.providerMediaId(), null);
      }
      case DocumentContent file ->
          media(body, "document", file.url(), file.providerMediaId(), file.caption());
      case StickerContent sticker ->
          media(body, "sticker", sticker.url(), sticker.providerMediaId(), null);
      case LocationContent location -> location(body, location);
      case ContactsContent contacts -> contact(body, contacts.contacts().getFirst());
      case ButtonsContent buttons -> TelegramKeyboards.write(body, buttons);
      case ListContent list -> TelegramKeyboards.write(body, list);
      case CtaUrlContent cta -> TelegramKeyboards.write(body, cta);
      case ReactionContent reaction -> reaction(body, reaction);
      case TemplateContent _,
          ButtonReplyContent _,
          ListReplyContent _,
          FlowReplyContent _,
          OrderContent _,
          SystemContent _,
          UnsupportedContent _ ->
          throw new IllegalArgumentException("This kind of content cannot be sent.");
    };
  }

  private static String text(ObjectNode body, TextContent text) {
    body.put("text", text.text());
    if (text.previewUrl() != null) {
      body.putObject("link_preview_options").put("is_disabled", !text.previewUrl());
    }
    return "sendMessage";
  }

  /// Telegram fetches a link itself; a file that it has goes by its id.
  private static String media(
      ObjectNode body,
      String kind,
      @Nullable URI url,
      @Nullable String providerMediaId,
      @Nullable String caption) {
    if (url == null && providerMediaId == null) {
      throw new IllegalArgumentException("Neither a link nor an id of the file.");
    }
    body.put(kind, url == null ? providerMediaId : url.toString());
    if (caption != null) {
      body.put("caption", caption);
    }
    return "send" + Character.toUpperCase(kind.charAt(0)) + kind.substring(1);
  }

  private static String location(ObjectNode body, LocationContent location) {
    String latitude = plain(location.latitude());
    String longitude = plain(location.longitude());
    body.put("latitude", new BigDecimal(latitude)).put("longitude", new BigDecimal(longitude));
    String address = location.address();
    String title = location.name() == null ? address : location.name();
    if (title == null) {
      return "sendLocation";
    }
    body.put("title", title);
    body.put("address", address == null ? latitude + ", " + longitude : address);
    return "sendVenue";
  }

  private static String plain(double degrees) {
    return BigDecimal.valueOf(degrees).toPlainString();
  }

  private static String contact(ObjectNode body, ContactCard card) {
    String phone =
        card.phones() == null || card.phones().isEmpty() ? null : card.phones().getFirst().phone();
    if (phone == null || phone.isBlank()) {
      throw new IllegalArgumentException("Telegram carries no card without a number.");
    }
    body.put("phone_number", phone);
    String first = card.name().firstName();
    if (first == null || first.isBlank()) {
      body.put("first_name", card.name().formattedName());
    } else {
      body.put("first_name", first);
      if (card.name().lastName() != null) {
        body.put("last_name", card.name().lastName());
      }
    }
    return "sendContact";
  }

  /// No emoji takes the reaction back.
  private static String reaction(ObjectNode body, ReactionContent reaction) {
    MessageRef target = MessageRef.parse(reaction.providerMessageId());
    if (target == null) {
      throw new IllegalArgumentException("What is reacted to is no message of Telegram's.");
    }
    body.put("message_id", target.message());
    var reactions = body.putArray("reaction");
    if (!reaction.emoji().isEmpty()) {
      reactions.addObject().put("type", "emoji").put("emoji", reaction.emoji());
    }
    return "setMessageReaction";
  }
}
