package ai.chatflow.flows.nodes;

import ai.chatflow.api.model.MessageNode;
import java.util.List;

/// Sends a message and goes on.
record MessageStep(MessageNode node, ContentTemplate content) implements NodeStep {
  MessageStep(MessageNode node) {
    this(node, ContentTemplate.of(node.content()));
  }

  @Override
  public String id() {
    return node.id();
  }

  @Override
  public Outcome enter(Turn turn) {
    turn.send(id(), content.render(turn));
    return new Outcome.Go(node.next());
  }

  @Override
  public NodeShape shape() {
    List<NodeShape.Text> texts = content.texts("/content");
    return NodeShape.passing(new NodeShape.Exit("/next", node.next()), texts);
  }
}
