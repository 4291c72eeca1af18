package ai.chatflow.channels.whatsappcloud;

import ai.chatflow.api.model.AudioContent;
import ai.chatflow.api.model.ButtonReplyContent;
import ai.chatflow.api.model.ButtonsContent;
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

/// Writes the body of `POST /{phone-number-id}/messages`. Source: Meta, "Messages" reference of the
/// Cloud API.
final class WhatsAppMessages {
  private WhatsAppMessages() {}

  /// @throws IllegalArgumentException for a content that cannot be sent at all
  static ObjectNode request(OutboundMessage message) {
    ObjectNode body = Json.MAPPER.createObjectNode();
    body.put("messaging_product", "whatsapp");
    if (message.groupId() != null) {
      body.put("recipient_type", "group").put("to", message.groupId());
    } else {
      body.put("recipient_type", "individual");
      body.put(message.address().startsWith("+") ? "to" : "recipient", message.address());
    }
    if (message.replyToProviderId() != null && !(message.content() instanceof ReactionContent)) {
      body.putObject("context").put("message_id", message.replyToProviderId());
    }
    content(body, message.content());
    return body.put("biz_opaque_callback_data", message.id().toString());
  }

  /// The body that marks a message as read and, if asked, shows that an answer is being typed.
  static ObjectNode read(String providerMessageId, boolean typing) {
    ObjectNode body = Json.MAPPER.createObjectNode();
    body.put("messaging_product", "whatsapp");
    body.put("status", "read").put("message_id", providerMessageId);
    if (typing) {
      body.putObject("typing_indicator").put("type", "text");
    }
    return body;
  }

  private static void content(ObjectNode body, MessageContent content) {
    switch (content) {
      case TextContent text -> text(typed(body, "text"), text);
      case ImageContent image ->
          caption(
              media(typed(body, "image"), image.url(), image.providerMediaId()), image.caption());
      case VideoContent video ->
          caption(
              media(typed(body, "video"), video.url(), video.providerMediaId()), video.caption());
      case AudioContent audio -> media(typed(body, "audio"), audio.url(), audio.providerMediaId());
      case DocumentContent document -> document(typed(body, "document"), document);
      case StickerContent sticker ->
          media(typed(body, "sticker"), sticker.url(), sticker.providerMediaId());
      case LocationContent location -> location(typed(body, "location"), location);
      case ContactsContent contacts ->
          WhatsAppCards.write(body.put("type", "contacts").putArray("contacts"), contacts);
      case ButtonsContent buttons -> WhatsAppInteractive.write(typed(body, "interactive"), buttons);
      case ListContent list -> WhatsAppInteractive.write(typed(body, "interactive"), list);
      case CtaUrlContent cta -> WhatsAppInteractive.write(typed(body, "interactive"), cta);
      case TemplateContent template -> WhatsAppTemplates.write(typed(body, "template"), template);
      case ReactionContent reaction -> reaction(typed(body, "reaction"), reaction);
      case ButtonReplyContent _,
          ListReplyContent _,
          FlowReplyContent _,
          OrderContent _,
          SystemContent _,
          UnsupportedContent _ ->
          throw new IllegalArgumentException("This kind of content cannot be sent.");
    }
  }

  private static ObjectNode typed(ObjectNode body, String type) {
    return body.put("type", type).putObject(type);
  }

  private static void text(ObjectNode node, TextContent text) {
    node.put("body", text.text());
    if (text.previewUrl() != null) {
      node.put("preview_url", text.previewUrl());
    }
  }

  private static ObjectNode media(
      ObjectNode node, @Nullable URI url, @Nullable String providerMediaId) {
    if (url != null) {
      return node.put("link", url.toString());
    }
    if (providerMediaId == null) {
      throw new IllegalArgumentException("Neither a link nor an id of the file.");
    }
    return node.put("id", providerMediaId);
  }

  private static void caption(ObjectNode node, @Nullable String caption) {
    if (caption != null) {
      node.put("caption", caption);
    }
  }

  private static void document(ObjectNode node, DocumentContent document) {
    caption(media(node, document.url(), document.providerMediaId()), document.caption());
    if (document.filename() != null) {
      node.put("filename", document.filename());
    }
  }

  private static void location(ObjectNode node, LocationContent location) {
    node.put("latitude", plain(location.latitude())).put("longitude", plain(location.longitude()));
    if (location.name() != null) {
      node.put("name", location.name());
    }
    if (location.address() != null) {
      node.put("address", location.address());
    }
  }

  private static String plain(double degrees) {
    return BigDecimal.valueOf(degrees).toPlainString();
  }

  private static void reaction(ObjectNode node, ReactionContent reaction) {
    if (reaction.providerMessageId() == null) {
      throw new IllegalArgumentException("The message reacted to has no id at the provider.");
    }
    node.put("message_id", reaction.providerMessageId()).put("emoji", reaction.emoji());
  }
}
