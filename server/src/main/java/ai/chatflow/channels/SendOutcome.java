package ai.chatflow.channels;

import ai.chatflow.api.model.MessageError;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// What became of a send.
public sealed interface SendOutcome {
  /// The provider took it; `providerId` is its id from now on.
  record Accepted(String providerId) implements SendOutcome {}

  /// The provider refused this message for good.
  record Failed(MessageError error) implements SendOutcome {}

  /// The provider surely did not take it and may do so later; costs an attempt.
  record Retry(MessageError error, @Nullable Duration after) implements SendOutcome {}

  /// Too fast: surely not taken. Costs no attempt and slows the channel down, or, when `pairOnly`,
  /// only what goes to this person.
  record Throttled(MessageError error, @Nullable Duration after, boolean pairOnly)
      implements SendOutcome {}

  /// The provider does not let us in: nothing can be sent on this channel until somebody mends it.
  record ChannelDown(MessageError error) implements SendOutcome {}

  /// Bytes may have left and no answer came that says what became of them. Never send again
  /// blindly.
  record Unknown(String detail) implements SendOutcome {}

  /// No byte left: the connection was refused or never came about.
  record NotSent(String detail) implements SendOutcome {}
}
