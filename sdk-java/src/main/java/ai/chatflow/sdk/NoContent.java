package ai.chatflow.sdk;

/// The body of an answer that has none (204).
public enum NoContent {
  INSTANCE
}
