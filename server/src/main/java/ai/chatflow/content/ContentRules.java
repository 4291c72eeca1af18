package ai.chatflow.content;

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
import ai.chatflow.platform.errors.FieldError;
import java.util.List;

/// Whether a channel can carry a content, and all that is wrong with it at once.
public final class ContentRules {
  private ContentRules() {}

  /// Checks a content that is to be sent. Pointers are relative to the content; an empty list means
  /// that the channel can carry it.
  public static List<FieldError> check(Capabilities can, MessageContent content) {
    var found = new Findings();
    ContentType type = ContentType.of(content);
    if (!can.sendable().contains(type)) {
      found.add("/type", "not_supported", "This channel cannot send " + type.wireName() + ".");
    } else {
      check(can, content, found);
    }
    return found.all();
  }

  private static void check(Capabilities can, MessageContent content, Findings found) {
    switch (content) {
      case TextContent text -> found.text("/text", text.text(), can.text());
      case ImageContent image ->
          found
              .media(image.mediaId(), image.url(), image.providerMediaId())
              .optional("/caption", image.caption(), can.caption());
      case VideoContent video ->
          found
              .media(video.mediaId(), video.url(), video.providerMediaId())
              .optional("/caption", video.caption(), can.caption());
      case AudioContent audio -> found.media(audio.mediaId(), audio.url(), audio.providerMediaId());
      case DocumentContent document ->
          found
              .media(document.mediaId(), document.url(), document.providerMediaId())
              .optional("/caption", document.caption(), can.caption());
      case StickerContent sticker ->
          found.media(sticker.mediaId(), sticker.url(), sticker.providerMediaId());
      case LocationContent location -> LocationRules.check(location, found);
      case ContactsContent cards -> found.count("/contacts", cards.contacts(), can.contactCards());
      case ButtonsContent buttons -> InteractiveRules.check(can, buttons, found);
      case ListContent list -> InteractiveRules.check(can, list, found);
      case CtaUrlContent cta -> InteractiveRules.check(can, cta, found);
      case TemplateContent template -> TemplateRules.check(template, found);
      case ReactionContent reaction -> checkReaction(reaction, found);
      case ButtonReplyContent _,
          ListReplyContent _,
          FlowReplyContent _,
          OrderContent _,
          SystemContent _,
          UnsupportedContent _ -> {
        // nothing to check: only a handset writes these
      }
    }
  }

  private static void checkReaction(ReactionContent reaction, Findings found) {
    if (reaction.messageId() == null && reaction.providerMessageId() == null) {
      found.add("/message_id", "required", "Name the message that is reacted to.");
    }
  }
}
