package ai.chatflow.flows.nodes;

import ai.chatflow.api.model.JumpNode;
import java.util.List;

/// Goes to another node.
record JumpStep(JumpNode node) implements NodeStep {
  @Override
  public String id() {
    return node.id();
  }

  @Override
  public Outcome enter(Turn turn) {
    return new Outcome.Go(node.target());
  }

  @Override
  public NodeShape shape() {
    return NodeShape.passing(new NodeShape.Exit("/target", node.target()), List.of());
  }
}
