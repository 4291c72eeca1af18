package ai.chatflow.channels.whatsappcloud;

import ai.chatflow.api.model.MessageError;
import ai.chatflow.api.model.MessageErrorCode;
import ai.chatflow.channels.SendOutcome;
import ai.chatflow.channels.wire.Json;
import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What Meta's error codes mean for us. Source: Meta, "Cloud API error codes"; a code that is not
/// in the table is judged by the HTTP status.
final class WhatsAppErrors {
  /// Longest `detail` of the contract.
  private static final int LONGEST_DETAIL = 2_000;

  private static final int TOO_MANY_REQUESTS = 429;
  private static final int UNAUTHORIZED = 401;
  private static final int SERVER_ERROR = 500;

  private enum Verdict {
    RETRY,
    THROTTLE,
    THROTTLE_PAIR,
    STOP,
    PERMANENT
  }

  /// Codes `first` to `last` mean this.
  private record Rule(int first, int last, Verdict verdict, MessageErrorCode code) {}

  private static final List<Rule> RULES =
      List.of(
          // something of Meta's is down for a moment
          one(1, Verdict.RETRY, MessageErrorCode.PROVIDER_UNAVAILABLE),
          one(2, Verdict.RETRY, MessageErrorCode.PROVIDER_UNAVAILABLE),
          one(131000, Verdict.RETRY, MessageErrorCode.PROVIDER_ERROR),
          one(131016, Verdict.RETRY, MessageErrorCode.PROVIDER_UNAVAILABLE),
          one(131053, Verdict.RETRY, MessageErrorCode.PROVIDER_ERROR),
          one(131057, Verdict.RETRY, MessageErrorCode.PROVIDER_UNAVAILABLE),
          one(133004, Verdict.RETRY, MessageErrorCode.PROVIDER_UNAVAILABLE),
          // too fast
          one(4, Verdict.THROTTLE, MessageErrorCode.RATE_LIMITED),
          one(80007, Verdict.THROTTLE, MessageErrorCode.RATE_LIMITED),
          one(130429, Verdict.THROTTLE, MessageErrorCode.RATE_LIMITED),
          one(131048, Verdict.THROTTLE, MessageErrorCode.RATE_LIMITED),
          one(132069, Verdict.THROTTLE, MessageErrorCode.RATE_LIMITED),
          one(131056, Verdict.THROTTLE_PAIR, MessageErrorCode.RATE_LIMITED),
          // nothing goes until somebody mends the channel
          one(0, Verdict.STOP, MessageErrorCode.CHANNEL_UNAUTHORIZED),
          one(3, Verdict.STOP, MessageErrorCode.CHANNEL_UNAUTHORIZED),
          one(10, Verdict.STOP, MessageErrorCode.CHANNEL_UNAUTHORIZED),
          one(190, Verdict.STOP, MessageErrorCode.CHANNEL_UNAUTHORIZED),
          new Rule(200, 299, Verdict.STOP, MessageErrorCode.CHANNEL_UNAUTHORIZED),
          one(368, Verdict.STOP, MessageErrorCode.CHANNEL_RESTRICTED),
          one(131005, Verdict.STOP, MessageErrorCode.CHANNEL_UNAUTHORIZED),
          one(131031, Verdict.STOP, MessageErrorCode.CHANNEL_RESTRICTED),
          one(131042, Verdict.STOP, MessageErrorCode.CHANNEL_RESTRICTED),
          one(131045, Verdict.STOP, MessageErrorCode.CHANNEL_RESTRICTED),
          one(133010, Verdict.STOP, MessageErrorCode.CHANNEL_RESTRICTED),
          // never, as it stands
          one(100, Verdict.PERMANENT, MessageErrorCode.CONTENT_REJECTED),
          one(130472, Verdict.PERMANENT, MessageErrorCode.RECIPIENT_UNREACHABLE),
          one(131008, Verdict.PERMANENT, MessageErrorCode.CONTENT_REJECTED),
          one(131009, Verdict.PERMANENT, MessageErrorCode.CONTENT_REJECTED),
          one(131021, Verdict.PERMANENT, MessageErrorCode.RECIPIENT_INVALID),
          one(131026, Verdict.PERMANENT, MessageErrorCode.RECIPIENT_UNREACHABLE),
          one(131030, Verdict.PERMANENT, MessageErrorCode.RECIPIENT_INVALID),
          one(131047, Verdict.PERMANENT, MessageErrorCode.WINDOW_CLOSED),
          one(131049, Verdict.PERMANENT, MessageErrorCode.RATE_LIMITED),
          one(131050, Verdict.PERMANENT, MessageErrorCode.OPTED_OUT),
          one(131051, Verdict.PERMANENT, MessageErrorCode.CONTENT_REJECTED),
          one(131052, Verdict.PERMANENT, MessageErrorCode.CONTENT_REJECTED),
          // it comes back by itself after hours, when what was to be said may be stale
          one(132015, Verdict.PERMANENT, MessageErrorCode.TEMPLATE_PAUSED),
          new Rule(132000, 132016, Verdict.PERMANENT, MessageErrorCode.TEMPLATE_INVALID),
          one(132068, Verdict.PERMANENT, MessageErrorCode.TEMPLATE_INVALID),
          one(135000, Verdict.PERMANENT, MessageErrorCode.PROVIDER_ERROR));

  private WhatsAppErrors() {}

  /// What became of a send that was answered with this status and Graph error object.
  static SendOutcome outcome(int httpStatus, JsonNode error, @Nullable Duration retryAfter) {
    Rule rule = rule(httpStatus, code(error));
    MessageError reason = messageError(rule, error);
    return switch (rule.verdict()) {
      case RETRY -> new SendOutcome.Retry(reason, retryAfter);
      case THROTTLE -> new SendOutcome.Throttled(reason, retryAfter, false);
      case THROTTLE_PAIR -> new SendOutcome.Throttled(reason, retryAfter, true);
      case STOP -> new SendOutcome.ChannelDown(reason);
      case PERMANENT -> new SendOutcome.Failed(reason);
    };
  }

  /// The error object of a status webhook.
  static MessageError messageError(JsonNode error) {
    return messageError(rule(0, code(error)), error);
  }

  /// `131047: Message failed to send because …`
  static String summary(JsonNode error) {
    var parts = new ArrayList<String>();
    for (String part : new String[] {Json.text(error, "code"), detail(error)}) {
      if (part != null) {
        parts.add(part);
      }
    }
    String summary = String.join(": ", parts);
    return summary.length() > 1_000 ? summary.substring(0, 1_000) : summary;
  }

  private static MessageError messageError(Rule rule, JsonNode error) {
    boolean mayWorkLater = rule.verdict() != Verdict.PERMANENT && rule.verdict() != Verdict.STOP;
    String detail = detail(error);
    return MessageError.builder()
        .code(rule.code())
        .detail(detail == null ? "The provider gave no reason." : detail)
        .providerCode(Json.text(error, "code"))
        .retryable(mayWorkLater)
        .build();
  }

  /// The most telling text: `error_data.details`, else `message`, else `title`.
  private static @Nullable String detail(JsonNode error) {
    String detail = Json.text(Json.objectOrEmpty(error, "error_data"), "details");
    for (String field : List.of("message", "title")) {
      detail = detail == null ? Json.text(error, field) : detail;
    }
    if (detail == null || detail.length() <= LONGEST_DETAIL) {
      return detail;
    }
    return detail.substring(0, LONGEST_DETAIL);
  }

  private static int code(JsonNode error) {
    JsonNode code = error.get("code");
    return code != null && code.canConvertToInt() ? code.intValue() : -1;
  }

  private static Rule rule(int httpStatus, int code) {
    for (Rule rule : RULES) {
      if (code >= rule.first() && code <= rule.last()) {
        return rule;
      }
    }
    if (httpStatus == TOO_MANY_REQUESTS) {
      return one(code, Verdict.THROTTLE, MessageErrorCode.RATE_LIMITED);
    }
    if (httpStatus == UNAUTHORIZED) {
      return one(code, Verdict.STOP, MessageErrorCode.CHANNEL_UNAUTHORIZED);
    }
    if (httpStatus >= SERVER_ERROR) {
      return one(code, Verdict.RETRY, MessageErrorCode.PROVIDER_UNAVAILABLE);
    }
    return one(code, Verdict.PERMANENT, MessageErrorCode.PROVIDER_ERROR);
  }

  private static Rule one(int number, Verdict verdict, MessageErrorCode code) {
    return new Rule(number, number, verdict, code);
  }
}
