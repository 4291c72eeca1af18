package ai.chatflow.channels.whatsappcloud;

import ai.chatflow.api.model.ChannelCheck;
import ai.chatflow.api.model.ChannelCheck.StatusEnum;
import ai.chatflow.channels.wire.Json;
import ai.chatflow.channels.wire.ProviderHttp.Answer;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What Meta's answers say of a channel.
final class WhatsAppChecks {
  private static final String TOKEN = "access_token";
  private static final String NUMBER = "phone_number";
  private static final String QUALITY = "quality";
  private static final String SUBSCRIPTION = "subscription";
  private static final int OK = 200;
  private static final int LONGEST_DETAIL = 1_000;
  private static final int TOKEN_INVALID = 190;
  private static final String TOKEN_REMEDY =
      "Set config.access_token to a token of a system user with the permissions"
          + " whatsapp_business_messaging and whatsapp_business_management.";

  private WhatsAppChecks() {}

  static ChannelCheck noToken() {
    return fail(TOKEN, "The channel has no access token.", TOKEN_REMEDY);
  }

  /// The answer to `GET /{phone-number-id}`.
  static List<ChannelCheck> number(Answer answer) {
    return switch (answer) {
      case Answer.NotSent(String detail) -> List.of(unasked(NUMBER, detail));
      case Answer.Lost(String detail) -> List.of(unasked(NUMBER, detail));
      case Answer.Answered(int status, var body, _) when status == OK ->
          List.of(
              pass(NUMBER, "Meta knows the number and the token."),
              quality(Json.text(body, "quality_rating")));
      case Answer.Answered(int status, var body, _) -> {
        JsonNode error = Json.objectOrEmpty(body, "error");
        boolean token = error.path("code").asInt() == TOKEN_INVALID;
        yield List.of(
            fail(
                token ? TOKEN : NUMBER,
                refusal(status, error),
                token
                    ? TOKEN_REMEDY
                    : "Check config.phone_number_id, and that the number is assigned to the system"
                        + " user of the token."));
      }
    };
  }

  /// The answer to `GET /{waba-id}/subscribed_apps`.
  static ChannelCheck subscription(Answer answer, String app) {
    return switch (answer) {
      case Answer.NotSent(String detail) -> unasked(SUBSCRIPTION, detail);
      case Answer.Lost(String detail) -> unasked(SUBSCRIPTION, detail);
      case Answer.Answered(int status, var body, _) when status == OK ->
          Json.elements(body, "data").stream()
                  .map(found -> Json.objectOrEmpty(found, "whatsapp_business_api_data"))
                  .anyMatch(found -> app.equals(Json.text(found, "id")))
              ? pass(SUBSCRIPTION, "The app is subscribed to the account's webhooks.")
              : fail(
                  SUBSCRIPTION,
                  "The app " + app + " is not subscribed to the account: no webhook comes in.",
                  "POST /{waba-id}/subscribed_apps with the token of the app, and check"
                      + " config.waba_id and config.app_id.");
      case Answer.Answered(int status, var body, _) ->
          new ChannelCheck(
              SUBSCRIPTION,
              StatusEnum.WARN,
              refusal(status, Json.objectOrEmpty(body, "error")),
              "Check config.waba_id. " + TOKEN_REMEDY);
    };
  }

  private static ChannelCheck quality(@Nullable String rating) {
    boolean low = "RED".equals(rating) || "YELLOW".equals(rating);
    return new ChannelCheck(
        QUALITY,
        low ? StatusEnum.WARN : StatusEnum.PASS,
        "Meta rates the number " + (rating == null ? "UNKNOWN" : rating) + ".",
        low ? "People block or report this number: send less, and only what is wanted." : null);
  }

  private static String refusal(int status, JsonNode error) {
    String refusal = "Meta refused: HTTP " + status + ". " + WhatsAppErrors.summary(error);
    return refusal.length() > LONGEST_DETAIL ? refusal.substring(0, LONGEST_DETAIL) : refusal;
  }

  private static ChannelCheck pass(String name, String detail) {
    return new ChannelCheck(name, StatusEnum.PASS, detail, null);
  }

  private static ChannelCheck fail(String name, String detail, String remedy) {
    return new ChannelCheck(name, StatusEnum.FAIL, detail, remedy);
  }

  private static ChannelCheck unasked(String name, String detail) {
    return new ChannelCheck(
        name,
        StatusEnum.WARN,
        "Meta could not be asked: " + detail,
        "Check that this server reaches graph.facebook.com.");
  }
}
