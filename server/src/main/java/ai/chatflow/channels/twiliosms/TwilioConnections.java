package ai.chatflow.channels.twiliosms;

import ai.chatflow.api.model.ChannelCheck;
import ai.chatflow.api.model.ChannelCheck.StatusEnum;
import ai.chatflow.api.model.MessageError;
import ai.chatflow.api.model.MessageErrorCode;
import ai.chatflow.api.model.TwilioSmsConfig;
import ai.chatflow.channels.Channel;
import ai.chatflow.channels.ChannelAdapter.Connection;
import ai.chatflow.channels.ChannelAdapter.Webhook;
import ai.chatflow.channels.twiliosms.TwilioClient.Account;
import ai.chatflow.channels.twiliosms.TwilioClient.Reply;
import ai.chatflow.channels.wire.Form;
import ai.chatflow.channels.wire.Form.Field;
import ai.chatflow.channels.wire.Json;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Makes a number of the account post its messages to us, or stop doing so, and says what works. A
/// messaging service, a short code and a name are told elsewhere. Source: Twilio, "Account
/// resource" and "IncomingPhoneNumber resource".
final class TwilioConnections {
  private static final String ACCOUNT = ".json";
  private static final String NUMBERS = "/IncomingPhoneNumbers";
  private static final String TOKEN = "auth_token";
  private static final String NUMBER = "number";
  private static final String SUBSCRIPTION = "subscription";
  private static final String TOKEN_REMEDY =
      "Set config.auth_token to the primary auth token that Twilio's console shows for the"
          + " account.";
  private static final String CONNECT_REMEDY = "POST /v1/channels/{id}/connect.";

  private final TwilioClient client;

  TwilioConnections(TwilioClient client) {
    this.client = client;
  }

  Connection connect(Channel channel, @Nullable Webhook webhook) {
    Account account = account(channel);
    if (account == null || webhook == null) {
      return new Connection.Refused(
          error(MessageErrorCode.CHANNEL_UNAUTHORIZED, "The channel has no token."));
    }
    Reply known = client.get(account, ACCOUNT);
    if (!(known instanceof Reply.Done(ObjectNode found))) {
      return failed(known);
    }
    String status = Json.text(found, "status");
    if (!"active".equals(status)) {
      return new Connection.Refused(
          error(MessageErrorCode.CHANNEL_RESTRICTED, "The account is " + status + "."));
    }
    return TwilioSmsSetup.isNumber(config(channel))
        ? subscribe(channel, account, webhook.url().toString())
        : new Connection.Made(null);
  }

  /// A number that is not one of the account's, such as a hosted one, is told elsewhere.
  private Connection subscribe(Channel channel, Account account, String url) {
    Reply listed = number(channel, account);
    if (!(listed instanceof Reply.Done(ObjectNode page))) {
      return failed(listed);
    }
    JsonNode number = only(page);
    if (number == null) {
      return new Connection.Made(null);
    }
    String application = Json.text(number, "sms_application_sid");
    if (application != null) {
      return new Connection.Refused(
          error(
              MessageErrorCode.PROVIDER_ERROR,
              "Messages of the number go to the application "
                  + application
                  + ". Take it off the number in Twilio's console."));
    }
    var wanted = new ArrayList<Field>();
    wanted.add(new Field("SmsUrl", url));
    wanted.add(new Field("SmsMethod", "POST"));
    String second = Json.text(number, "sms_fallback_url");
    if (second == null || ours(channel, second)) {
      // whatever could not be stored at first comes once more
      wanted.add(new Field("SmsFallbackUrl", url));
      wanted.add(new Field("SmsFallbackMethod", "POST"));
    }
    Reply set = client.post(account, path(number), new Form(wanted));
    return set instanceof Reply.Done ? new Connection.Made(null) : failed(set);
  }

  /// An address that somebody else has set stays. An account that does not let us in any more
  /// cannot be told.
  Connection disconnect(Channel channel) {
    Account account = account(channel);
    if (account == null || !TwilioSmsSetup.isNumber(config(channel))) {
      return new Connection.Made(null);
    }
    Reply reply = number(channel, account);
    if (reply instanceof Reply.Done(ObjectNode page)) {
      JsonNode number = only(page);
      var unwanted = new ArrayList<Field>();
      if (number != null && ours(channel, Json.text(number, "sms_url"))) {
        unwanted.add(new Field("SmsUrl", ""));
      }
      if (number != null && ours(channel, Json.text(number, "sms_fallback_url"))) {
        unwanted.add(new Field("SmsFallbackUrl", ""));
      }
      if (number == null || unwanted.isEmpty()) {
        return new Connection.Made(null);
      }
      reply = client.post(account, path(number), new Form(unwanted));
    }
    boolean shutOut = reply instanceof Reply.Refused refused && TwilioErrors.stops(refused);
    return shutOut || reply instanceof Reply.Done ? new Connection.Made(null) : failed(reply);
  }

  List<ChannelCheck> examine(Channel channel) {
    Account account = account(channel);
    if (account == null) {
      return List.of(check(TOKEN, StatusEnum.FAIL, "The channel has no token.", TOKEN_REMEDY));
    }
    var checks = new ArrayList<ChannelCheck>();
    Reply known = client.get(account, ACCOUNT);
    checks.add(token(known));
    if (known instanceof Reply.Done && TwilioSmsSetup.isNumber(config(channel))) {
      Reply listed = number(channel, account);
      if (listed instanceof Reply.Done(ObjectNode page)) {
        number(channel, only(page), checks);
      } else {
        checks.add(unasked(NUMBER, detail(listed)));
      }
    }
    return checks;
  }

  private static ChannelCheck token(Reply known) {
    return switch (known) {
      case Reply.Done(ObjectNode account) when "active".equals(Json.text(account, "status")) ->
          check(TOKEN, StatusEnum.PASS, "Twilio knows the account, and it is active.", null);
      case Reply.Done(ObjectNode account) ->
          check(
              TOKEN,
              StatusEnum.FAIL,
              "The account is " + Json.text(account, "status") + ".",
              "Twilio's console says why, and what opens it again.");
      case Reply.Refused refused when TwilioErrors.stops(refused) ->
          check(TOKEN, StatusEnum.FAIL, "Twilio refused: " + refused.message(), TOKEN_REMEDY);
      default -> unasked(TOKEN, detail(known));
    };
  }

  private static void number(
      Channel channel, @Nullable JsonNode number, List<ChannelCheck> checks) {
    if (number == null) {
      checks.add(
          check(
              NUMBER,
              StatusEnum.WARN,
              "The number is none that the account bought.",
              "Check config.from. Where Twilio hosts it, set webhook_url in Twilio's console."));
      return;
    }
    boolean able = Boolean.TRUE.equals(Json.bool(number.path("capabilities"), "sms"));
    checks.add(
        able
            ? check(NUMBER, StatusEnum.PASS, "The number sends and receives SMS.", null)
            : check(
                NUMBER,
                StatusEnum.FAIL,
                "The number carries no SMS.",
                "Set config.from to a number of the account that does."));
    checks.add(subscription(channel, number));
  }

  private static ChannelCheck subscription(Channel channel, JsonNode number) {
    String url = Json.text(number, "sms_url");
    if (Json.text(number, "sms_application_sid") != null) {
      return check(
          SUBSCRIPTION,
          StatusEnum.FAIL,
          "The messages of the number go to an application.",
          "Take it off the number in Twilio's console, then " + CONNECT_REMEDY);
    }
    if (url == null) {
      return check(
          SUBSCRIPTION, StatusEnum.FAIL, "The number posts its messages nowhere.", CONNECT_REMEDY);
    }
    if (!ours(channel, url)) {
      return check(
          SUBSCRIPTION,
          StatusEnum.FAIL,
          "The number posts its messages to another address than webhook_url.",
          "Somebody else uses the number. To take it over: " + CONNECT_REMEDY);
    }
    if (!"POST".equals(Json.text(number, "sms_method"))) {
      return check(
          SUBSCRIPTION,
          StatusEnum.FAIL,
          "The number does not POST its messages to webhook_url.",
          CONNECT_REMEDY);
    }
    return check(
        SUBSCRIPTION, StatusEnum.PASS, "The number posts its messages to webhook_url.", null);
  }

  private Reply number(Channel channel, Account account) {
    String number = URLEncoder.encode(channel.account(), StandardCharsets.UTF_8);
    return client.get(account, NUMBERS + ".json?PhoneNumber=" + number + "&PageSize=5");
  }

  private static @Nullable JsonNode only(ObjectNode page) {
    List<JsonNode> found = Json.elements(page, "incoming_phone_numbers");
    return found.isEmpty() ? null : found.getFirst();
  }

  private static String path(JsonNode number) {
    String sid = Json.text(number, "sid");
    return NUMBERS + "/" + URLEncoder.encode(String.valueOf(sid), StandardCharsets.UTF_8) + ".json";
  }

  /// The id of the hook is the end of its address.
  private static boolean ours(Channel channel, @Nullable String url) {
    return url != null && url.endsWith("/" + channel.hook());
  }

  /// Null where the channel has no token.
  static @Nullable Account account(Channel channel) {
    return channel.credential() == null
        ? null
        : new Account(config(channel).accountSid(), channel.credential());
  }

  static TwilioSmsConfig config(Channel channel) {
    return (TwilioSmsConfig) channel.config();
  }

  private static Connection failed(Reply reply) {
    if (reply instanceof Reply.Refused refused && !TwilioErrors.passes(refused)) {
      return new Connection.Refused(TwilioErrors.error(refused));
    }
    return new Connection.Unreached(detail(reply));
  }

  private static String detail(Reply reply) {
    return switch (reply) {
      case Reply.Done _ -> "done";
      case Reply.Refused refused -> refused.message();
      case Reply.NotSent(String detail) -> detail;
      case Reply.Lost(String detail) -> detail;
    };
  }

  private static MessageError error(MessageErrorCode code, String detail) {
    return MessageError.builder().code(code).detail(detail).retryable(false).build();
  }

  private static ChannelCheck unasked(String name, String detail) {
    return check(
        name,
        StatusEnum.WARN,
        "Twilio could not be asked: " + detail,
        "Check that this server reaches api.twilio.com.");
  }

  private static ChannelCheck check(
      String name, StatusEnum status, String detail, @Nullable String remedy) {
    String shown = detail.length() > 1_000 ? detail.substring(0, 1_000) : detail;
    return new ChannelCheck(name, status, shown, remedy);
  }
}
