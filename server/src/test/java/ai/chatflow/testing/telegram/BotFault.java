package ai.chatflow.testing.telegram;

/// How the simulator misbehaves for one request.
public sealed interface BotFault {
  /// Refuses in Telegram's words; `retryAfterSeconds` 0 sends none.
  record Refuse(int code, String description, int retryAfterSeconds) implements BotFault {}

  /// Answers like a gateway: a status and a page that is no JSON.
  record Gateway(int status) implements BotFault {}

  /// Does as asked, writes it down, and drops the connection without an answer.
  record DropAfterAccepting() implements BotFault {}

  /// Does as asked and never answers.
  record Hang() implements BotFault {}
}
