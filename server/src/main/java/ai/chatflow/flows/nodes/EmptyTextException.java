package ai.chatflow.flows.nodes;

/// A text that has nothing left after rendering: no channel sends that.
public final class EmptyTextException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  EmptyTextException(String nodeId) {
    super("The text of the node " + nodeId + " is empty after rendering");
  }
}
