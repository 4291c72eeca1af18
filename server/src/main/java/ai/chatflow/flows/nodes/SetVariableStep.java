package ai.chatflow.flows.nodes;

import ai.chatflow.api.model.SetVariableNode;
import java.util.List;
import java.util.Set;

/// Sets a variable of the session to a rendered text.
record SetVariableStep(SetVariableNode node) implements NodeStep {
  @Override
  public String id() {
    return node.id();
  }

  @Override
  public Outcome enter(Turn turn) {
    turn.set(id(), node.variable(), turn.render(node.value()));
    return new Outcome.Go(node.next());
  }

  @Override
  public NodeShape shape() {
    return new NodeShape(
        false,
        List.of(new NodeShape.Exit("/next", node.next())),
        List.of(new NodeShape.Text("/value", node.value())),
        Set.of(node.variable()),
        List.of(),
        List.of());
  }
}
