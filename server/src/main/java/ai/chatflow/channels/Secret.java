package ai.chatflow.channels;

/// A secret in memory: prints `***`.
public record Secret(String reveal) {
  @Override
  public String toString() {
    return "***";
  }
}
