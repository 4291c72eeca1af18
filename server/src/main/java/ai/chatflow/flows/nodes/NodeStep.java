package ai.chatflow.flows.nodes;

import ai.chatflow.api.model.MessageContent;

/// What a node does. Immutable; everything that changes is in the `Turn`.
public interface NodeStep {
  String id();

  /// The session reaches the node.
  Outcome enter(Turn turn);

  /// An answer comes for a node that waits. `attempts` counts the answers before it that did not
  /// fit.
  default Outcome answer(Turn turn, MessageContent answer, int attempts) {
    return new Outcome.Fail("The node " + id() + " does not wait for an answer");
  }

  /// What the node is made of, for the inspection.
  NodeShape shape();
}
