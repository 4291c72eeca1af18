package ai.chatflow.channels.sandbox;

import ai.chatflow.api.model.MessageError;
import ai.chatflow.api.model.MessageErrorCode;
import ai.chatflow.channels.SendOutcome;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Recipients that fail in a documented way: the last four digits of the number.
enum MagicNumber {
  UNREACHABLE("0001"),
  WINDOW_CLOSED("0002"),
  RATE_LIMITED_TWICE("0003"),
  UNAVAILABLE_ONCE("0004"),
  ANSWER_LOST("0005"),
  OUTCOME_UNKNOWN("0006"),
  OPTED_OUT("0007"),
  CHANNEL_THROTTLED_ONCE("0008"),
  NEVER_READ("0009");

  private static final Duration SOON = Duration.ofSeconds(1);

  private final String lastDigits;

  MagicNumber(String lastDigits) {
    this.lastDigits = lastDigits;
  }

  static Optional<MagicNumber> of(String recipient) {
    return Arrays.stream(values()).filter(m -> recipient.endsWith(m.lastDigits)).findFirst();
  }

  /// How the attempt with this number, counted from 1, is refused; null when it is accepted.
  @Nullable SendOutcome refusal(int attempt) {
    return switch (this) {
      case UNREACHABLE ->
          failed(MessageErrorCode.RECIPIENT_UNREACHABLE, "131026", "Nobody has this number.");
      case WINDOW_CLOSED ->
          failed(
              MessageErrorCode.WINDOW_CLOSED,
              "131047",
              "More than 24 hours have passed since the person last wrote.");
      case OPTED_OUT ->
          failed(MessageErrorCode.OPTED_OUT, "131050", "The person wants no messages.");
      case RATE_LIMITED_TWICE -> attempt <= 2 ? throttled("131056", true) : null;
      case CHANNEL_THROTTLED_ONCE -> attempt == 1 ? throttled("130429", false) : null;
      case UNAVAILABLE_ONCE -> attempt == 1 ? unavailable() : null;
      case ANSWER_LOST, OUTCOME_UNKNOWN, NEVER_READ -> null;
    };
  }

  /// The message arrives, but the answer that says so does not.
  boolean losesTheAnswer() {
    return this == ANSWER_LOST || this == OUTCOME_UNKNOWN;
  }

  /// Nothing is ever heard of the message again.
  boolean staysSilent() {
    return this == OUTCOME_UNKNOWN;
  }

  private static SendOutcome failed(MessageErrorCode code, String providerCode, String detail) {
    return new SendOutcome.Failed(new MessageError(code, detail, providerCode, false));
  }

  private static SendOutcome throttled(String providerCode, boolean pairOnly) {
    var error =
        new MessageError(MessageErrorCode.RATE_LIMITED, "Too many messages.", providerCode, true);
    return new SendOutcome.Throttled(error, SOON, pairOnly);
  }

  private static SendOutcome unavailable() {
    var error =
        new MessageError(
            MessageErrorCode.PROVIDER_UNAVAILABLE,
            "The simulated provider is down for a moment.",
            "131016",
            true);
    return new SendOutcome.Retry(error, null);
  }
}
