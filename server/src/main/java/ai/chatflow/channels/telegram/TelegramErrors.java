package ai.chatflow.channels.telegram;

import ai.chatflow.api.model.MessageError;
import ai.chatflow.api.model.MessageErrorCode;
import ai.chatflow.channels.SendOutcome;
import ai.chatflow.channels.telegram.TelegramClient.Reply;
import java.util.List;
import java.util.Locale;

/// What Telegram's refusals mean for us. Its codes are those of HTTP; which one of many is meant
/// only the description says, whose wording is not promised: what is not in the table is judged by
/// the code. Source: Telegram, "Bot API › Making requests", and the errors of
/// tdlib/telegram-bot-api.
final class TelegramErrors {
  private static final int CLIENT_ERROR = 400;
  private static final int SERVER_ERROR = 500;

  private enum Verdict {
    RETRY,
    THROTTLE,
    STOP,
    PERMANENT
  }

  /// A refusal with this code and these words; no words are any words.
  private record Rule(int status, String words, Verdict verdict, MessageErrorCode code) {
    boolean fits(int given, String description) {
      return given == status && description.contains(words);
    }
  }

  private static final List<Rule> RULES =
      List.of(
          // too fast
          new Rule(429, "", Verdict.THROTTLE, MessageErrorCode.RATE_LIMITED),
          new Rule(420, "", Verdict.THROTTLE, MessageErrorCode.RATE_LIMITED),
          // the token is not, or no longer, that of a bot
          new Rule(401, "", Verdict.STOP, MessageErrorCode.CHANNEL_UNAUTHORIZED),
          new Rule(404, "", Verdict.STOP, MessageErrorCode.CHANNEL_UNAUTHORIZED),
          // the person does not want to hear from the bot, or is not there
          permanent(403, "blocked by the user", MessageErrorCode.OPTED_OUT),
          permanent(403, "can't send messages to bots", MessageErrorCode.RECIPIENT_INVALID),
          permanent(403, "", MessageErrorCode.RECIPIENT_UNREACHABLE),
          permanent(400, "chat not found", MessageErrorCode.RECIPIENT_INVALID),
          permanent(400, "user not found", MessageErrorCode.RECIPIENT_INVALID),
          permanent(400, "peer_id_invalid", MessageErrorCode.RECIPIENT_INVALID),
          permanent(400, "chat_id is empty", MessageErrorCode.RECIPIENT_INVALID),
          permanent(400, "user_is_blocked", MessageErrorCode.OPTED_OUT),
          permanent(400, "input_user_deactivated", MessageErrorCode.RECIPIENT_UNREACHABLE),
          permanent(400, "upgraded to a supergroup", MessageErrorCode.RECIPIENT_UNREACHABLE),
          permanent(400, "not enough rights", MessageErrorCode.RECIPIENT_UNREACHABLE),
          permanent(400, "have no rights", MessageErrorCode.RECIPIENT_UNREACHABLE),
          permanent(400, "chat_write_forbidden", MessageErrorCode.RECIPIENT_UNREACHABLE),
          // the content, as it stands
          permanent(400, "", MessageErrorCode.CONTENT_REJECTED),
          permanent(413, "", MessageErrorCode.CONTENT_REJECTED));

  private TelegramErrors() {}

  /// What became of a send that was refused.
  ///
  /// @param group whether it went to a group: those have a limit of their own
  static SendOutcome outcome(Reply.Refused refused, boolean group) {
    Rule rule = rule(refused);
    MessageError error = error(rule, refused);
    return switch (rule.verdict()) {
      case RETRY -> new SendOutcome.Retry(error, refused.retryAfter());
      case THROTTLE -> new SendOutcome.Throttled(error, refused.retryAfter(), group);
      case STOP -> new SendOutcome.ChannelDown(error);
      case PERMANENT -> new SendOutcome.Failed(error);
    };
  }

  static MessageError error(Reply.Refused refused) {
    return error(rule(refused), refused);
  }

  private static MessageError error(Rule rule, Reply.Refused refused) {
    return MessageError.builder()
        .code(rule.code())
        .detail(refused.description())
        .providerCode(String.valueOf(refused.code()))
        .retryable(rule.verdict() == Verdict.RETRY || rule.verdict() == Verdict.THROTTLE)
        .build();
  }

  private static Rule rule(Reply.Refused refused) {
    int code = refused.code();
    String words = refused.description().toLowerCase(Locale.ROOT);
    for (Rule rule : RULES) {
      if (rule.fits(code, words)) {
        return rule;
      }
    }
    if (code >= SERVER_ERROR) {
      return new Rule(code, "", Verdict.RETRY, MessageErrorCode.PROVIDER_UNAVAILABLE);
    }
    if (code < CLIENT_ERROR) {
      return new Rule(code, "", Verdict.RETRY, MessageErrorCode.PROVIDER_ERROR);
    }
    return permanent(code, "", MessageErrorCode.PROVIDER_ERROR);
  }

  private static Rule permanent(int status, String words, MessageErrorCode code) {
    return new Rule(status, words, Verdict.PERMANENT, code);
  }
}
