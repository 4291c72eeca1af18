package ai.chatflow.flows.nodes;

import ai.chatflow.api.model.Condition;
import ai.chatflow.api.model.ConditionBranch;
import ai.chatflow.api.model.ConditionNode;
import ai.chatflow.api.model.FlowFinding;
import ai.chatflow.platform.conditions.ConditionEvaluator;
import ai.chatflow.platform.conditions.ConditionParser;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Goes to the first branch that holds.
record ConditionStep(ConditionNode node) implements NodeStep {
  @Override
  public String id() {
    return node.id();
  }

  @Override
  public Outcome enter(Turn turn) {
    for (ConditionBranch branch : node.branches()) {
      var criterion = ConditionParser.parse(branch.condition());
      if (ConditionEvaluator.holds(criterion, turn.facts())) {
        return new Outcome.Go(branch.next());
      }
    }
    return new Outcome.Go(node.otherwiseNext());
  }

  @Override
  public NodeShape shape() {
    var exits = new ArrayList<NodeShape.Exit>();
    var reads = new ArrayList<NodeShape.Text>();
    var findings = new ArrayList<FlowFinding>();
    for (int i = 0; i < node.branches().size(); i++) {
      ConditionBranch branch = node.branches().get(i);
      String at = "/branches/" + i;
      exits.add(new NodeShape.Exit(at + "/next", branch.next()));
      collectFields(branch.condition(), at + "/condition", reads);
      ConditionParser.check(branch.condition(), at + "/condition")
          .forEach(error -> findings.add(Findings.error(error)));
    }
    exits.add(new NodeShape.Exit("/otherwise_next", node.otherwiseNext()));
    return new NodeShape(false, exits, List.of(), Set.of(), reads, findings);
  }

  private static void collectFields(Condition condition, String at, List<NodeShape.Text> reads) {
    if (condition.field() != null) {
      reads.add(new NodeShape.Text(at + "/field", condition.field()));
    }
    if (condition.not() != null) {
      collectFields(condition.not(), at + "/not", reads);
    }
    collectParts(condition.all(), at + "/all", reads);
    collectParts(condition.any(), at + "/any", reads);
  }

  private static void collectParts(
      @Nullable List<Condition> parts, String at, List<NodeShape.Text> reads) {
    for (int i = 0; parts != null && i < parts.size(); i++) {
      collectFields(parts.get(i), at + "/" + i, reads);
    }
  }
}
