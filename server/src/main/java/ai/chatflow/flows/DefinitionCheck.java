package ai.chatflow.flows;

import ai.chatflow.api.model.ConditionBranch;
import ai.chatflow.api.model.ConditionNode;
import ai.chatflow.api.model.FlowDefinition;
import ai.chatflow.api.model.ProblemCode;
import ai.chatflow.platform.conditions.ConditionParser;
import ai.chatflow.platform.errors.FieldError;
import ai.chatflow.platform.errors.Invalid;
import java.util.ArrayList;
import java.util.List;

/// What a draft must have right already: the structure that the schema cannot say. All the rest may
/// be unfinished in a draft and is the inspector's.
final class DefinitionCheck {
  private DefinitionCheck() {}

  /// @throws Invalid with pointers into the request
  static void check(FlowDefinition definition) {
    var errors = new ArrayList<FieldError>();
    for (int i = 0; i < definition.nodes().size(); i++) {
      if (definition.nodes().get(i) instanceof ConditionNode node) {
        List<ConditionBranch> branches = node.branches();
        for (int j = 0; j < branches.size(); j++) {
          String at = "/definition/nodes/" + i + "/branches/" + j + "/condition";
          errors.addAll(ConditionParser.check(branches.get(j).condition(), at));
        }
      }
    }
    if (!errors.isEmpty()) {
      throw new Invalid(
          ProblemCode.VALIDATION_FAILED, "The conditions of the flow are malformed.", errors);
    }
  }
}
