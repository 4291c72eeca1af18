package ai.chatflow.flows.nodes;

import ai.chatflow.api.model.EndNode;
import java.util.List;
import java.util.Set;

/// Ends the session.
record EndStep(EndNode node) implements NodeStep {
  @Override
  public String id() {
    return node.id();
  }

  @Override
  public Outcome enter(Turn turn) {
    return new Outcome.End();
  }

  @Override
  public NodeShape shape() {
    return new NodeShape(false, List.of(), List.of(), Set.of(), List.of(), List.of());
  }
}
