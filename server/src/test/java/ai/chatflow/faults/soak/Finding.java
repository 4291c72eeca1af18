package ai.chatflow.faults.soak;

/// One line of the table: what must hold, of how many, and how many break it.
record Finding(String what, long of, long broken, String detail) {
  static Finding of(String what, long of, long broken) {
    return new Finding(what, of, broken, "");
  }

  boolean holds() {
    return broken == 0;
  }

  @Override
  public String toString() {
    var line = "| %s | %,d | %s |".formatted(what, of, holds() ? "0" : "**" + broken + "**");
    return detail.isEmpty() ? line : line + " " + detail;
  }
}
