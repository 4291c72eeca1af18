package ai.chatflow.messaging;

import ai.chatflow.api.model.MessageStatus;

/// The order of statuses of an outbound message. Joining is taking the higher of two, so any order
/// of arrival, with any repetition, ends in the same state. A failure outranks "accepted", and
/// proof of delivery outranks a failure: whoever received it did receive it.
public final class StatusLadder {
  private StatusLadder() {}

  /// The higher of two statuses.
  public static MessageStatus join(MessageStatus a, MessageStatus b) {
    return rank(b) > rank(a) ? b : a;
  }

  /// Whether `next` is news to a message in `current`.
  public static boolean climbs(MessageStatus current, MessageStatus next) {
    return rank(next) > rank(current);
  }

  private static int rank(MessageStatus status) {
    return switch (status) {
      case SCHEDULED -> 0;
      case QUEUED -> 1;
      case UNKNOWN -> 2;
      case SENT -> 3;
      case FAILED -> 4;
      case DELIVERED -> 5;
      case READ -> 6;
      case CANCELLED -> 7;
      case RECEIVED -> 8;
    };
  }
}
