package ai.chatflow.testing.twilio;

import java.time.Duration;

/// How the simulator misbehaves for one request.
public sealed interface TwilioFault {
  /// Refuses with Twilio's error object; code 0 leaves the object out, `retryAfterSeconds` 0 the
  /// header.
  record Refuse(int status, int code, String message, int retryAfterSeconds)
      implements TwilioFault {}

  /// Answers like a gateway: a status and a page that is no JSON.
  record Gateway(int status) implements TwilioFault {}

  /// Does as asked and answers late.
  record Slow(Duration by) implements TwilioFault {}

  /// Does as asked, writes it down, and drops the connection without an answer.
  record DropAfterAccepting() implements TwilioFault {}

  /// Does as asked and never answers.
  record Hang() implements TwilioFault {}
}
