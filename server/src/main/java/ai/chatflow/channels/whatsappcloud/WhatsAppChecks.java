package ai.chatflow.channels.whatsappcloud;

import ai.chatflow.api.model.ChannelCheck;
import ai.chatflow.api.model.ChannelCheck.StatusEnum;
import ai.chatflow.channels.whatsappcloud.GraphClient.Answer;
import com.fasterxml.jackson.databind.JsonNode;

/// What the answer to `GET /{phone-number-id}` says of a channel.
final class WhatsAppChecks {
  private static final String TOKEN = "access_token";

  private WhatsAppChecks() {}

  static ChannelCheck noToken() {
    return new ChannelCheck(
        TOKEN, StatusEnum.FAIL, "The channel has no access token.", "Set config.access_token.");
  }

  static ChannelCheck token(Answer answer) {
    return switch (answer) {
      case Answer.NotSent(String detail) -> unreachable(detail);
      case Answer.Lost(String detail) -> unreachable(detail);
      case Answer.Answered(int status, var body, _) when status == 200 -> {
        String quality = Json.text(body, "quality_rating");
        boolean red = "RED".equals(quality);
        yield new ChannelCheck(
            TOKEN,
            red ? StatusEnum.WARN : StatusEnum.PASS,
            "Meta knows the number and the token. Quality: " + (quality == null ? "?" : quality),
            red ? "People block or report this number: send less, and only what is wanted." : null);
      }
      case Answer.Answered(int status, var body, _) -> {
        JsonNode error = Json.objectOrEmpty(body, "error");
        yield new ChannelCheck(
            TOKEN,
            StatusEnum.FAIL,
            "Meta refused: HTTP " + status + ". " + WhatsAppErrors.summary(error),
            "Check phone_number_id, and that the token of a system user with the permission"
                + " whatsapp_business_messaging is still valid.");
      }
    };
  }

  private static ChannelCheck unreachable(String detail) {
    return new ChannelCheck(
        TOKEN,
        StatusEnum.WARN,
        "Meta could not be asked: " + detail,
        "Check that this server reaches graph.facebook.com.");
  }
}
