package ai.chatflow.channels.telegram;

import ai.chatflow.api.model.ButtonReplyContent;
import ai.chatflow.api.model.ContactIdentity;
import ai.chatflow.api.model.ContactIdentityKind;
import ai.chatflow.api.model.MessageContent;
import ai.chatflow.api.model.MessageContext;
import ai.chatflow.api.model.MessageReferral;
import ai.chatflow.api.model.ReactionContent;
import ai.chatflow.api.model.TextContent;
import ai.chatflow.api.model.UnsupportedContent;
import ai.chatflow.channels.Group;
import ai.chatflow.channels.InboundUpdate;
import ai.chatflow.channels.InboundUpdate.EditIn;
import ai.chatflow.channels.InboundUpdate.MessageIn;
import ai.chatflow.channels.InboundUpdate.NoticeIn;
import ai.chatflow.channels.InboundUpdate.Origin;
import ai.chatflow.channels.InboundUpdate.PreferenceIn;
import ai.chatflow.channels.Party;
import ai.chatflow.channels.wire.Json;
import ai.chatflow.channels.wire.UnreadableItem;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Reads one update of a known kind. Source: Telegram, "Bot API › Update" and the types that it
/// names.
final class UpdateReader {
  /// What happened to a chat, told as a message of it.
  private static final Set<String> SERVICE =
      Set.of(
          "new_chat_members",
          "left_chat_member",
          "chat_owner_left",
          "chat_owner_changed",
          "new_chat_title",
          "new_chat_photo",
          "delete_chat_photo",
          "group_chat_created",
          "supergroup_chat_created",
          "channel_chat_created",
          "message_auto_delete_timer_changed",
          "migrate_to_chat_id",
          "migrate_from_chat_id",
          "pinned_message",
          "write_access_allowed",
          "boost_added",
          "chat_background_set",
          "forum_topic_created",
          "forum_topic_edited",
          "forum_topic_closed",
          "forum_topic_reopened",
          "general_forum_topic_hidden",
          "general_forum_topic_unhidden",
          "video_chat_scheduled",
          "video_chat_started",
          "video_chat_ended",
          "video_chat_participants_invited");

  private static final String START = "/start ";
  private static final int LONGEST_SOURCE = 200;
  private static final int LONGEST_ID = 20;

  private final Instant receivedAt;
  private final TelegramWebhook.Found found;

  UpdateReader(Instant receivedAt, TelegramWebhook.Found found) {
    this.receivedAt = receivedAt;
    this.found = found;
  }

  InboundUpdate read(String kind, JsonNode item, ObjectNode update) {
    if (!item.isObject()) {
      throw new UnreadableItem("no " + kind);
    }
    return switch (kind) {
      case "message" -> message(item);
      case "edited_message" ->
          new EditIn(
              ref(item).toString(), Json.seconds(item, "edit_date", date(item)), content(item));
      case "callback_query" -> pressed(item);
      case "message_reaction" -> reaction(item, update);
      case "my_chat_member" -> membership(item);
      case "business_message" -> business(item);
      default -> new NoticeIn(kind, null, update, date(item));
    };
  }

  private InboundUpdate message(JsonNode message) {
    for (var member : message.properties()) {
      if (SERVICE.contains(member.getKey())) {
        String value = Json.text(message, member.getKey());
        return new NoticeIn(member.getKey(), value, Json.asObject(message), date(message));
      }
    }
    MessageContent content = content(message);
    String replyTo = replyTo(message);
    Group group = group(message);
    return new MessageIn(
        ref(message).toString(),
        date(message),
        party(Json.requiredObject(message, "from")),
        Origin.CONTACT,
        content,
        context(message, content, replyTo, group),
        replyTo,
        group,
        null);
  }

  /// A message whose content does not have its shape is one all the same.
  private MessageContent content(JsonNode message) {
    try {
      return MessageReader.content(message);
    } catch (UnreadableItem e) {
      found.markPartial();
      return MessageReader.unsupported(message, e.detail());
    }
  }

  /// Written to a person whom the bot stands in for, not to the bot: answering it takes a right
  /// that a channel does not have. Its chats count apart from those of the bot.
  private MessageIn business(JsonNode message) {
    String id = Json.required(message, "business_connection_id");
    return new MessageIn(
        "business:" + id + ":" + ref(message),
        date(message),
        party(Json.requiredObject(message, "from")),
        Origin.CONTACT,
        new UnsupportedContent(null, "business_message", null, Json.map(message)),
        null,
        null,
        null,
        null);
  }

  /// A pressed button carries no time.
  private MessageIn pressed(JsonNode query) {
    JsonNode message = Json.objectOrEmpty(query, "message");
    Group group = message.isEmpty() ? null : group(message);
    String replyTo = message.isEmpty() ? null : ref(message).toString();
    String data = Json.text(query, "data");
    MessageContent content =
        data == null
            ? new UnsupportedContent(null, "callback_query", null, Json.map(query))
            : ButtonReplyContent.builder()
                .id(data)
                .title(MessageReader.title(message, data))
                .build();
    return new MessageIn(
        "callback:" + Json.required(query, "id"),
        receivedAt,
        party(Json.requiredObject(query, "from")),
        Origin.CONTACT,
        content,
        context(Json.MAPPER.createObjectNode(), content, replyTo, group),
        replyTo,
        group,
        null);
  }

  /// Comes without an id of its own, and again with the same `update_id`.
  private InboundUpdate reaction(JsonNode reaction, ObjectNode update) {
    if (!reaction.path("user").isObject()) {
      return new NoticeIn("message_reaction", "anonymous", update, date(reaction));
    }
    String target = ref(reaction).toString();
    return new MessageIn(
        "reaction:" + target + ":" + Json.required(update, "update_id"),
        date(reaction),
        party(Json.requiredObject(reaction, "user")),
        Origin.CONTACT,
        reactionContent(reaction, target),
        null,
        null,
        group(reaction),
        null);
  }

  /// Some people may react more than once: what is shown is the one that was added.
  private static MessageContent reactionContent(JsonNode reaction, String target) {
    var before = new ArrayList<>(Json.elements(reaction, "old_reaction"));
    List<JsonNode> now = Json.elements(reaction, "new_reaction");
    JsonNode shown = now.isEmpty() ? null : now.getLast();
    for (JsonNode one : now) {
      shown = before.contains(one) ? shown : one;
    }
    String emoji = shown == null ? "" : Json.text(shown, "emoji");
    return emoji == null
        ? new UnsupportedContent(null, "message_reaction", null, Json.map(reaction))
        : new ReactionContent(null, null, target, emoji);
  }

  /// In private: "received only when the bot is blocked or unblocked by the user".
  private InboundUpdate membership(JsonNode change) {
    String status = Json.required(Json.requiredObject(change, "new_chat_member"), "status");
    boolean alone =
        "private".equals(Json.text(Json.requiredObject(change, "chat"), "type"))
            && Set.of("kicked", "member").contains(status);
    if (!alone) {
      return new NoticeIn("my_chat_member", status, Json.asObject(change), date(change));
    }
    return new PreferenceIn(
        party(Json.requiredObject(change, "from")),
        "messages",
        "kicked".equals(status) ? "stop" : "resume",
        date(change));
  }

  private static @Nullable MessageContext context(
      JsonNode message, MessageContent content, @Nullable String replyTo, @Nullable Group group) {
    boolean forwarded = message.path("forward_origin").isObject();
    MessageReferral referral = referral(content, group);
    if (replyTo == null && !forwarded && referral == null && group == null) {
      return null;
    }
    return MessageContext.builder()
        .replyToProviderId(replyTo)
        .forwarded(forwarded ? Boolean.TRUE : null)
        .referral(referral)
        .groupId(group == null ? null : group.providerId())
        .build();
  }

  /// Telegram, "Bots › Deep linking": t.me/bot?start=payload.
  private static @Nullable MessageReferral referral(MessageContent content, @Nullable Group group) {
    if (group != null || !(content instanceof TextContent text) || !text.text().startsWith(START)) {
      return null;
    }
    String payload = text.text().substring(START.length()).strip();
    return payload.isEmpty() || payload.length() > LONGEST_SOURCE
        ? null
        : MessageReferral.builder().sourceType("deep_link").sourceId(payload).build();
  }

  private static @Nullable String replyTo(JsonNode message) {
    JsonNode quoted = Json.objectOrEmpty(message, "reply_to_message");
    return quoted.isEmpty() ? null : ref(quoted).toString();
  }

  /// Null in private.
  private static @Nullable Group group(JsonNode item) {
    JsonNode chat = Json.requiredObject(item, "chat");
    return "private".equals(Json.text(chat, "type"))
        ? null
        : new Group(number(chat, "id"), Json.text(chat, "title"));
  }

  private static Party party(JsonNode user) {
    String first = Json.text(user, "first_name");
    String last = Json.text(user, "last_name");
    String name = first == null ? last : last == null ? first : first + " " + last;
    var identity = new ContactIdentity(ContactIdentityKind.TELEGRAM, number(user, "id"));
    return new Party(List.of(identity), name);
  }

  private static MessageRef ref(JsonNode item) {
    return new MessageRef(
        number(Json.requiredObject(item, "chat"), "id"),
        Long.parseLong(number(item, "message_id")));
  }

  /// A whole number that fits 64 bits, as Telegram promises of its ids.
  private static String number(JsonNode node, String field) {
    String text = Json.required(node, field);
    try {
      if (text.length() <= LONGEST_ID) {
        return String.valueOf(Long.parseLong(text));
      }
    } catch (NumberFormatException _) {
      throw new UnreadableItem(field + " is not a whole number");
    }
    throw new UnreadableItem(field + " is too long");
  }

  private Instant date(JsonNode item) {
    return Json.seconds(item, "date", receivedAt);
  }
}
