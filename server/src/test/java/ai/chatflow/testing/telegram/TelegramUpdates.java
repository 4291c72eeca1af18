package ai.chatflow.testing.telegram;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.concurrent.atomic.AtomicLong;

/// Writes updates as Telegram does ("Bot API › Update"). Each has the next `update_id`.
public final class TelegramUpdates {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final AtomicLong ids = new AtomicLong(500_000);

  /// A message of a person in private.
  ///
  /// @param content members such as `{"text": "Hi"}`
  public ObjectNode message(long user, long messageId, long seconds, String content) {
    return update("message", message("private", user, user, messageId, seconds, content));
  }

  /// A message of a person in a group.
  public ObjectNode groupMessage(
      long group, long user, long messageId, long seconds, String content) {
    return update("message", message("supergroup", group, user, messageId, seconds, content));
  }

  /// A message of a person in private that now says something else.
  public ObjectNode edited(long user, long messageId, long seconds, String content) {
    ObjectNode message = message("private", user, user, messageId, seconds, content);
    return update("edited_message", message.put("edit_date", seconds + 60));
  }

  /// A button under one of the bot's messages was pressed.
  public ObjectNode pressed(long user, String id, long messageId, String data, JsonNode markup) {
    ObjectNode query = JSON.createObjectNode().put("id", id).put("chat_instance", "4242");
    query.set("from", user(user));
    ObjectNode message = message("private", user, user, messageId, 1_790_000_000, "{}");
    message.set("reply_markup", markup);
    query.set("message", message);
    return update("callback_query", query.put("data", data));
  }

  /// A person changed the reaction to a message; no emoji takes it back.
  public ObjectNode reaction(long user, long messageId, long seconds, String emoji) {
    ObjectNode reaction = JSON.createObjectNode();
    reaction.set("chat", chat("private", user));
    reaction.put("message_id", messageId).put("date", seconds).set("user", user(user));
    reaction.putArray("old_reaction");
    var now = reaction.putArray("new_reaction");
    if (!emoji.isEmpty()) {
      now.addObject().put("type", "emoji").put("emoji", emoji);
    }
    return update("message_reaction", reaction);
  }

  /// A person blocked the bot (`kicked`) or took that back (`member`).
  public ObjectNode membership(long user, long seconds, String before, String status) {
    ObjectNode change = JSON.createObjectNode();
    change.set("chat", chat("private", user));
    change.set("from", user(user));
    change.put("date", seconds);
    change.set("old_chat_member", member(before));
    change.set("new_chat_member", member(status));
    return update("my_chat_member", change);
  }

  /// Any update.
  public ObjectNode update(String kind, JsonNode item) {
    return JSON.createObjectNode().put("update_id", ids.incrementAndGet()).set(kind, item);
  }

  private static ObjectNode message(
      String type, long chat, long user, long messageId, long seconds, String content) {
    ObjectNode message = JSON.createObjectNode().put("message_id", messageId);
    message.set("from", user(user));
    message.set("chat", chat(type, chat));
    message.put("date", seconds);
    try {
      message.setAll((ObjectNode) JSON.readTree(content));
    } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
      throw new IllegalArgumentException(content, e);
    }
    return message;
  }

  private static ObjectNode user(long id) {
    return JSON.createObjectNode()
        .put("id", id)
        .put("is_bot", false)
        .put("first_name", "Ana")
        .put("last_name", "López")
        .put("language_code", "es");
  }

  private static ObjectNode chat(String type, long id) {
    ObjectNode chat = JSON.createObjectNode().put("id", id).put("type", type);
    return "private".equals(type)
        ? chat.put("first_name", "Ana").put("last_name", "López")
        : chat.put("title", "Shop talk");
  }

  private static ObjectNode member(String status) {
    ObjectNode member = JSON.createObjectNode().put("status", status);
    member
        .putObject("user")
        .put("id", 123_456_789)
        .put("is_bot", true)
        .put("first_name", "Bot")
        .put("username", "shop_bot");
    return "kicked".equals(status) ? member.put("until_date", 0) : member;
  }
}
