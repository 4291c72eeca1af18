package ai.chatflow.channels.telegram;

import ai.chatflow.api.model.ChannelCheck;
import ai.chatflow.api.model.ChannelCheck.StatusEnum;
import ai.chatflow.api.model.MessageError;
import ai.chatflow.api.model.MessageErrorCode;
import ai.chatflow.api.model.TelegramConfig;
import ai.chatflow.channels.Channel;
import ai.chatflow.channels.ChannelAdapter.Connection;
import ai.chatflow.channels.ChannelAdapter.Webhook;
import ai.chatflow.channels.Secret;
import ai.chatflow.channels.telegram.TelegramClient.Reply;
import ai.chatflow.channels.wire.Json;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Makes a bot post its updates to us, or stop doing so, and says what works. Source: Telegram,
/// "Bot API › setWebhook", "deleteWebhook" and "getWebhookInfo".
final class TelegramConnections {
  /// What a bot is told of; reactions only when it asks for them.
  static final List<String> UPDATES =
      List.of("message", "edited_message", "callback_query", "message_reaction", "my_chat_member");

  private static final int MOST_CONNECTIONS = 40;
  private static final int UNAUTHORIZED = 401;
  private static final int NOT_FOUND = 404;
  private static final int TOO_MANY_REQUESTS = 429;
  private static final int SERVER_ERROR = 500;
  private static final String TOKEN = "bot_token";
  private static final String SUBSCRIPTION = "subscription";
  private static final String TOKEN_REMEDY =
      "Set config.bot_token to the token that @BotFather shows for the bot.";
  private static final String CONNECT_REMEDY = "POST /v1/channels/{id}/connect.";

  private final TelegramClient client;

  TelegramConnections(TelegramClient client) {
    this.client = client;
  }

  Connection connect(Channel channel, @Nullable Webhook webhook) {
    Secret token = channel.credential();
    if (token == null || webhook == null) {
      return new Connection.Refused(
          error(MessageErrorCode.CHANNEL_UNAUTHORIZED, "The channel has no token.", null));
    }
    Reply me = client.call(token, "getMe", Json.MAPPER.createObjectNode());
    if (!(me instanceof Reply.Done(JsonNode bot))) {
      return failed(me);
    }
    ObjectNode wanted = Json.MAPPER.createObjectNode();
    wanted.put("url", webhook.url().toString());
    wanted.put("secret_token", webhook.secret().reveal());
    wanted.put("max_connections", MOST_CONNECTIONS);
    UPDATES.forEach(wanted.putArray("allowed_updates")::add);
    Reply set = client.call(token, "setWebhook", wanted);
    if (!(set instanceof Reply.Done)) {
      return failed(set);
    }
    return new Connection.Made(
        new TelegramConfig(null, channel.account(), Json.text(bot, "username")));
  }

  /// A webhook that somebody else has set stays. A bot that does not let us in any more posts
  /// nothing that we could stop.
  Connection disconnect(Channel channel) {
    Secret token = channel.credential();
    if (token == null) {
      return new Connection.Made(null);
    }
    Reply reply = client.call(token, "getWebhookInfo", Json.MAPPER.createObjectNode());
    if (reply instanceof Reply.Done(JsonNode info)) {
      if (!ours(channel, Json.text(info, "url"))) {
        return new Connection.Made(null);
      }
      reply = client.call(token, "deleteWebhook", Json.MAPPER.createObjectNode());
    }
    boolean shutOut = reply instanceof Reply.Refused refused && unauthorized(refused);
    return shutOut || reply instanceof Reply.Done ? new Connection.Made(null) : failed(reply);
  }

  List<ChannelCheck> examine(Channel channel) {
    Secret token = channel.credential();
    if (token == null) {
      return List.of(check(TOKEN, StatusEnum.FAIL, "The channel has no token.", TOKEN_REMEDY));
    }
    var checks = new ArrayList<ChannelCheck>();
    Reply me = client.call(token, "getMe", Json.MAPPER.createObjectNode());
    checks.add(token(me));
    if (me instanceof Reply.Done) {
      Reply info = client.call(token, "getWebhookInfo", Json.MAPPER.createObjectNode());
      checks.add(
          info instanceof Reply.Done(JsonNode found)
              ? subscription(channel, found)
              : unasked(SUBSCRIPTION, detail(info)));
    }
    return checks;
  }

  private static ChannelCheck token(Reply me) {
    return switch (me) {
      case Reply.Done(JsonNode bot) ->
          check(
              TOKEN,
              StatusEnum.PASS,
              "Telegram knows the bot @" + Json.text(bot, "username") + ".",
              null);
      case Reply.Refused refused when unauthorized(refused) ->
          check(TOKEN, StatusEnum.FAIL, "Telegram refused: " + refused.description(), TOKEN_REMEDY);
      default -> unasked(TOKEN, detail(me));
    };
  }

  private static ChannelCheck subscription(Channel channel, JsonNode info) {
    String url = Json.text(info, "url");
    String trouble = Json.text(info, "last_error_message");
    String waiting = Json.text(info, "pending_update_count");
    if (url == null) {
      return check(
          SUBSCRIPTION, StatusEnum.FAIL, "The bot posts its updates nowhere.", CONNECT_REMEDY);
    }
    if (!ours(channel, url)) {
      return check(
          SUBSCRIPTION,
          StatusEnum.FAIL,
          "The bot posts its updates to another address than webhook_url.",
          "Somebody else uses the bot. To take it over: " + CONNECT_REMEDY);
    }
    if (trouble != null && !"0".equals(waiting)) {
      return check(
          SUBSCRIPTION,
          StatusEnum.WARN,
          "Telegram could not post lately, " + waiting + " updates wait: " + trouble,
          "Check that webhook_url is reached from the internet by https.");
    }
    return check(SUBSCRIPTION, StatusEnum.PASS, "The bot posts its updates to webhook_url.", null);
  }

  /// The id of the hook is the end of its address.
  private static boolean ours(Channel channel, @Nullable String url) {
    return url != null && url.endsWith("/" + channel.hook());
  }

  private static Connection failed(Reply reply) {
    if (reply instanceof Reply.Refused refused
        && refused.code() != TOO_MANY_REQUESTS
        && refused.code() < SERVER_ERROR) {
      MessageErrorCode code =
          unauthorized(refused)
              ? MessageErrorCode.CHANNEL_UNAUTHORIZED
              : MessageErrorCode.PROVIDER_ERROR;
      return new Connection.Refused(
          error(code, refused.description(), String.valueOf(refused.code())));
    }
    return new Connection.Unreached(detail(reply));
  }

  private static String detail(Reply reply) {
    return switch (reply) {
      case Reply.Done _ -> "done";
      case Reply.Refused refused -> refused.description();
      case Reply.NotSent(String detail) -> detail;
      case Reply.Lost(String detail) -> detail;
    };
  }

  private static boolean unauthorized(Reply.Refused refused) {
    return refused.code() == UNAUTHORIZED || refused.code() == NOT_FOUND;
  }

  private static MessageError error(
      MessageErrorCode code, String detail, @Nullable String providerCode) {
    return MessageError.builder()
        .code(code)
        .detail(detail)
        .providerCode(providerCode)
        .retryable(false)
        .build();
  }

  private static ChannelCheck unasked(String name, String detail) {
    return check(
        name,
        StatusEnum.WARN,
        "Telegram could not be asked: " + detail,
        "Check that this server reaches api.telegram.org.");
  }

  private static ChannelCheck check(
      String name, StatusEnum status, String detail, @Nullable String remedy) {
    String shown = detail.length() > 1_000 ? detail.substring(0, 1_000) : detail;
    return new ChannelCheck(name, status, shown, remedy);
  }
}
