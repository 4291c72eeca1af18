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
import ai.chatflow.api.model.SendableType;
import ai.chatflow.api.model.StickerContent;
import ai.chatflow.api.model.SystemContent;
import ai.chatflow.api.model.TemplateContent;
import ai.chatflow.api.model.TextContent;
import ai.chatflow.api.model.UnsupportedContent;
import ai.chatflow.api.model.VideoContent;
import java.util.Locale;

/// The kinds of content, as the contract's discriminator names them.
public enum ContentType {
  TEXT,
  IMAGE,
  VIDEO,
  AUDIO,
  DOCUMENT,
  STICKER,
  LOCATION,
  CONTACTS,
  BUTTONS,
  LIST,
  CTA_URL,
  TEMPLATE,
  REACTION,
  BUTTON_REPLY,
  LIST_REPLY,
  FLOW_REPLY,
  ORDER,
  SYSTEM,
  UNSUPPORTED;

  /// The value of `type` on the wire.
  public String wireName() {
    return name().toLowerCase(Locale.ROOT);
  }

  /// The same in the contract; only what can be sent is there.
  SendableType sendable() {
    return SendableType.fromString(wireName());
  }

  static ContentType of(SendableType type) {
    return valueOf(type.value().toUpperCase(Locale.ROOT));
  }

  public static ContentType of(MessageContent content) {
    return switch (content) {
      case TextContent _ -> TEXT;
      case ImageContent _ -> IMAGE;
      case VideoContent _ -> VIDEO;
      case AudioContent _ -> AUDIO;
      case DocumentContent _ -> DOCUMENT;
      case StickerContent _ -> STICKER;
      case LocationContent _ -> LOCATION;
      case ContactsContent _ -> CONTACTS;
      case ButtonsContent _ -> BUTTONS;
      case ListContent _ -> LIST;
      case CtaUrlContent _ -> CTA_URL;
      case TemplateContent _ -> TEMPLATE;
      case ReactionContent _ -> REACTION;
      case ButtonReplyContent _ -> BUTTON_REPLY;
      case ListReplyContent _ -> LIST_REPLY;
      case FlowReplyContent _ -> FLOW_REPLY;
      case OrderContent _ -> ORDER;
      case SystemContent _ -> SYSTEM;
      case UnsupportedContent _ -> UNSUPPORTED;
    };
  }
}
