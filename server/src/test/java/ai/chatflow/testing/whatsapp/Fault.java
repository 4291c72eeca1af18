package ai.chatflow.testing.whatsapp;

import java.time.Duration;
import java.util.Locale;

/// How the simulator misbehaves for one request.
public sealed interface Fault {
  /// Answers late.
  record Delay(Duration by) implements Fault {}

  /// Refuses with a Graph error object; `retryAfterSeconds` 0 sends no header.
  record Refuse(int status, int code, int retryAfterSeconds) implements Fault {}

  /// Answers like a gateway: a status and a page that is no JSON.
  record Gateway(int status) implements Fault {}

  /// Accepts the message, writes it down, and drops the connection without an answer.
  record DropAfterAccepting() implements Fault {}

  /// Drops the connection before it accepts anything.
  record DropBeforeAccepting() implements Fault {}

  /// Accepts the message and never answers.
  record Hang() implements Fault {}

  /// For the command line: `delay:500`, `refuse:429:130429:2`, `gateway:502`, `drop`,
  /// `drop-before`, `hang`.
  static Fault parse(String text) {
    String[] parts = text.toLowerCase(Locale.ROOT).split(":", -1);
    return switch (parts[0]) {
      case "delay" -> new Delay(Duration.ofMillis(number(parts, 1)));
      case "refuse" -> new Refuse(number(parts, 1), number(parts, 2), number(parts, 3));
      case "gateway" -> new Gateway(number(parts, 1));
      case "drop" -> new DropAfterAccepting();
      case "drop-before" -> new DropBeforeAccepting();
      case "hang" -> new Hang();
      default -> throw new IllegalArgumentException("no such fault: " + text);
    };
  }

  private static int number(String[] parts, int index) {
    return index < parts.length ? Integer.parseInt(parts[index]) : 0;
  }
}
