package ai.chatflow.channels.twiliosms;

import ai.chatflow.api.model.MessageError;
import ai.chatflow.api.model.MessageErrorCode;
import ai.chatflow.channels.SendOutcome;
import ai.chatflow.channels.twiliosms.TwilioClient.Reply;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// What Twilio's errors mean for us, those of a refused send and those of a message that did not
/// arrive. Each is described on a page of its own, `https://www.twilio.com/docs/api/errors/<code>`,
/// whose title stands here. A code that is not here is judged by the HTTP status.
final class TwilioErrors {
  private static final int CLIENT_ERROR = 400;
  private static final int UNAUTHORIZED = 401;
  private static final int TOO_MANY_REQUESTS = 429;
  private static final int SERVER_ERROR = 500;

  private enum Verdict {
    RETRY,
    THROTTLE,
    THROTTLE_PAIR,
    STOP,
    PERMANENT
  }

  private record Rule(int code, String title, Verdict verdict, MessageErrorCode meaning) {
    boolean retryable() {
      return verdict != Verdict.STOP && verdict != Verdict.PERMANENT;
    }
  }

  private static final List<Rule> TABLE =
      List.of(
          // too fast: "never processed and always safe to retry"
          throttle(20429, "Too Many Requests"),
          throttle(63017, "Rate limit exceeded"),
          throttle(63018, "Rate limit exceeded for Channel"),
          throttle(63038, "Account exceeded the daily messages limit"),
          new Rule(
              14107,
              "SMS send rate limit exceeded",
              Verdict.THROTTLE_PAIR,
              MessageErrorCode.RATE_LIMITED),
          throttle(30022, "US A2P 10DLC - Rate Limits Exceeded"),
          // we are not let in
          stop(20003, "Permission Denied", MessageErrorCode.CHANNEL_UNAUTHORIZED),
          stop(20404, "Not Found", MessageErrorCode.CHANNEL_UNAUTHORIZED),
          stop(20403, "403 Forbidden", MessageErrorCode.CHANNEL_RESTRICTED),
          stop(10001, "Account is not active", MessageErrorCode.CHANNEL_RESTRICTED),
          stop(20005, "Account not active", MessageErrorCode.CHANNEL_RESTRICTED),
          stop(30002, "Account suspended", MessageErrorCode.CHANNEL_RESTRICTED),
          // the sender cannot send, whoever it is to
          stop(21212, "Invalid From Number", MessageErrorCode.CHANNEL_RESTRICTED),
          stop(
              21601,
              "Phone number is not a valid SMS-capable inbound phone number",
              MessageErrorCode.CHANNEL_RESTRICTED),
          stop(
              21660,
              "Mismatch between the 'From' number and the account",
              MessageErrorCode.CHANNEL_RESTRICTED),
          stop(21661, "'From' number is not SMS-capable", MessageErrorCode.CHANNEL_RESTRICTED),
          stop(21701, "The Messaging Service does not exist", MessageErrorCode.CHANNEL_RESTRICTED),
          stop(
              21703,
              "The Messaging Service does not have a phone number available to send a message",
              MessageErrorCode.CHANNEL_RESTRICTED),
          stop(
              21704,
              "The Messaging Service contains no phone numbers",
              MessageErrorCode.CHANNEL_RESTRICTED),
          stop(21705, "The Messaging Service is invalid", MessageErrorCode.CHANNEL_RESTRICTED),
          // Twilio does not reach the address of this server
          stop(21609, "Invalid 'StatusCallback'", MessageErrorCode.CHANNEL_RESTRICTED),
          // the sender cannot send to this person
          permanent(
              21606,
              "The 'From' phone number provided is not a valid message-capable Twilio phone number"
                  + " for this destination/account",
              MessageErrorCode.CHANNEL_RESTRICTED),
          permanent(
              21659,
              "'From' is not a Twilio phone number or Short Code country mismatch",
              MessageErrorCode.CHANNEL_RESTRICTED),
          permanent(
              21408,
              "Permission to send an SMS has not been enabled for the region",
              MessageErrorCode.CHANNEL_RESTRICTED),
          permanent(
              21608,
              "The 'to' phone number provided is not yet verified for this account",
              MessageErrorCode.CHANNEL_RESTRICTED),
          permanent(30010, "Message price exceeds max price", MessageErrorCode.CHANNEL_RESTRICTED),
          permanent(
              30032, "Toll-Free Number Has Not Been Verified", MessageErrorCode.CHANNEL_RESTRICTED),
          permanent(
              30034,
              "US A2P 10DLC - Message from an Unregistered Number",
              MessageErrorCode.CHANNEL_RESTRICTED),
          // the person does not want to hear from us
          permanent(21610, "Attempt to send to unsubscribed recipient", MessageErrorCode.OPTED_OUT),
          // there is no such person
          permanent(21211, "Invalid 'To' Phone Number", MessageErrorCode.RECIPIENT_INVALID),
          permanent(
              21265, "'To' number cannot be a Short Code", MessageErrorCode.RECIPIENT_INVALID),
          permanent(
              21266,
              "'To' and 'From' number cannot be the same",
              MessageErrorCode.RECIPIENT_INVALID),
          permanent(21604, "'To' phone number is required", MessageErrorCode.RECIPIENT_INVALID),
          permanent(
              21614,
              "'To' number is not a valid mobile number",
              MessageErrorCode.RECIPIENT_INVALID),
          permanent(21635, "'To' number cannot be a landline", MessageErrorCode.RECIPIENT_INVALID),
          permanent(30005, "Unknown destination handset", MessageErrorCode.RECIPIENT_INVALID),
          permanent(30006, "Landline or unreachable carrier", MessageErrorCode.RECIPIENT_INVALID),
          // the person is not reached
          permanent(
              21612,
              "The 'To' phone number is not currently reachable via SMS",
              MessageErrorCode.RECIPIENT_UNREACHABLE),
          retry(30003, "Unreachable destination handset", MessageErrorCode.RECIPIENT_UNREACHABLE),
          permanent(30004, "Message blocked", MessageErrorCode.RECIPIENT_UNREACHABLE),
          permanent(
              63016,
              "Failed to send freeform message because you are outside the allowed window",
              MessageErrorCode.WINDOW_CLOSED),
          // the content, as it stands
          permanent(21602, "Message body is required", MessageErrorCode.CONTENT_REJECTED),
          permanent(
              21617,
              "The concatenated message body exceeds the 1600 character limit",
              MessageErrorCode.CONTENT_REJECTED),
          permanent(
              21619,
              "A text message body or media urls must be specified",
              MessageErrorCode.CONTENT_REJECTED),
          permanent(30007, "Message filtered", MessageErrorCode.CONTENT_REJECTED),
          // too late
          permanent(30036, "Validity Period Expired", MessageErrorCode.EXPIRED),
          // troubles on the way
          retry(20503, "Service unavailable", MessageErrorCode.PROVIDER_UNAVAILABLE),
          retry(30001, "Queue overflow", MessageErrorCode.PROVIDER_UNAVAILABLE),
          retry(30008, "Unknown error", MessageErrorCode.PROVIDER_ERROR),
          retry(30410, "Provider Timeout Error", MessageErrorCode.PROVIDER_UNAVAILABLE));

  private static final Map<Integer, Rule> BY_CODE =
      TABLE.stream().collect(Collectors.toMap(Rule::code, Function.identity()));

  private TwilioErrors() {}

  /// The codes that are judged here.
  static List<Integer> codes() {
    return TABLE.stream().map(Rule::code).toList();
  }

  /// What became of a send that was refused.
  static SendOutcome outcome(Reply.Refused refused) {
    Rule rule = rule(refused);
    MessageError error = error(refused);
    return switch (rule.verdict()) {
      case RETRY -> new SendOutcome.Retry(error, refused.retryAfter());
      case THROTTLE -> new SendOutcome.Throttled(error, refused.retryAfter(), false);
      case THROTTLE_PAIR -> new SendOutcome.Throttled(error, refused.retryAfter(), true);
      case STOP -> new SendOutcome.ChannelDown(error);
      case PERMANENT -> new SendOutcome.Failed(error);
    };
  }

  /// Whether Twilio does not let us in, or not on this way.
  static boolean stops(Reply.Refused refused) {
    return rule(refused).verdict() == Verdict.STOP;
  }

  /// Whether it can be asked again later.
  static boolean passes(Reply.Refused refused) {
    return rule(refused).retryable();
  }

  /// In Twilio's own words.
  static MessageError error(Reply.Refused refused) {
    Rule rule = rule(refused);
    int code = refused.code() == 0 ? refused.status() : refused.code();
    return error(rule, refused.message(), String.valueOf(code));
  }

  /// Why a message did not arrive.
  ///
  /// @param code Twilio's; null where it gave none
  /// @param message in its words; null where it gave none
  static MessageError undelivered(@Nullable String code, @Nullable String message) {
    Rule known = code == null ? null : BY_CODE.get(number(code));
    if (known != null) {
      return error(known, message == null ? known.title() : message, code);
    }
    Rule rule = permanent(0, "Twilio gave no reason.", MessageErrorCode.PROVIDER_ERROR);
    String title = code == null ? rule.title() : "Twilio's error " + code;
    return error(rule, message == null ? title : message, code);
  }

  private static MessageError error(Rule rule, String detail, @Nullable String code) {
    return MessageError.builder()
        .code(rule.meaning())
        .detail(detail)
        .providerCode(code)
        .retryable(rule.retryable())
        .build();
  }

  private static Rule rule(Reply.Refused refused) {
    Rule known = BY_CODE.get(refused.code());
    if (known != null) {
      return known;
    }
    int status = refused.status();
    if (status == TOO_MANY_REQUESTS) {
      return throttle(0, "");
    }
    if (status == UNAUTHORIZED) {
      return stop(0, "", MessageErrorCode.CHANNEL_UNAUTHORIZED);
    }
    if (status >= SERVER_ERROR) {
      return retry(0, "", MessageErrorCode.PROVIDER_UNAVAILABLE);
    }
    return status < CLIENT_ERROR
        ? retry(0, "", MessageErrorCode.PROVIDER_ERROR)
        : permanent(0, "", MessageErrorCode.PROVIDER_ERROR);
  }

  private static int number(String code) {
    try {
      return Integer.parseInt(code);
    } catch (NumberFormatException _) {
      return 0;
    }
  }

  private static Rule throttle(int code, String title) {
    return new Rule(code, title, Verdict.THROTTLE, MessageErrorCode.RATE_LIMITED);
  }

  private static Rule stop(int code, String title, MessageErrorCode meaning) {
    return new Rule(code, title, Verdict.STOP, meaning);
  }

  private static Rule retry(int code, String title, MessageErrorCode meaning) {
    return new Rule(code, title, Verdict.RETRY, meaning);
  }

  private static Rule permanent(int code, String title, MessageErrorCode meaning) {
    return new Rule(code, title, Verdict.PERMANENT, meaning);
  }
}
