package ai.chatflow.sdk.core.events;

/// How far a reader came. Positions are numbers that grow; what is none is compared as text.
final class Positions {
  private static final String NUMBER = "[0-9]{1,18}";

  private String last;

  Positions(String start) {
    last = start;
  }

  /// Empty at the beginning, when there is no cursor.
  String last() {
    return last;
  }

  /// Whether the event at `position` was not read yet; if so, it is now.
  boolean isNew(String position) {
    boolean fresh = position.isEmpty() || isAfter(position);
    reached(position);
    return fresh;
  }

  void reached(String position) {
    if (!position.isEmpty() && isAfter(position)) {
      last = position;
    }
  }

  private boolean isAfter(String position) {
    return position.matches(NUMBER) && last.matches(NUMBER)
        ? Long.parseLong(position) > Long.parseLong(last)
        : !position.equals(last);
  }
}
