package ai.chatflow.flows.engine;

import ai.chatflow.api.model.FlowDefinition;
import ai.chatflow.api.model.FlowNode;
import ai.chatflow.flows.nodes.NodeStep;
import ai.chatflow.flows.nodes.NodeSteps;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/// A definition made ready to run. Immutable.
public final class FlowGraph {
  private final String start;
  private final Map<String, NodeStep> steps;

  private FlowGraph(String start, Map<String, NodeStep> steps) {
    this.start = start;
    this.steps = Map.copyOf(steps);
  }

  /// The first node of two with one id counts.
  public static FlowGraph of(FlowDefinition definition) {
    var steps = new LinkedHashMap<String, NodeStep>();
    for (FlowNode node : definition.nodes()) {
      NodeStep step = NodeSteps.of(node);
      steps.putIfAbsent(step.id(), step);
    }
    return new FlowGraph(definition.start(), steps);
  }

  String start() {
    return start;
  }

  Optional<NodeStep> find(String id) {
    return Optional.ofNullable(steps.get(id));
  }
}
