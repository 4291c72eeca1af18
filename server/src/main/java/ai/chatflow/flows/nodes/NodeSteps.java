package ai.chatflow.flows.nodes;

import ai.chatflow.api.model.ButtonsNode;
import ai.chatflow.api.model.ConditionNode;
import ai.chatflow.api.model.EndNode;
import ai.chatflow.api.model.FlowNode;
import ai.chatflow.api.model.JumpNode;
import ai.chatflow.api.model.MessageNode;
import ai.chatflow.api.model.QuestionNode;
import ai.chatflow.api.model.SetVariableNode;

/// From the contract's node to its step.
public final class NodeSteps {
  private NodeSteps() {}

  public static NodeStep of(FlowNode node) {
    return switch (node) {
      case MessageNode message -> new MessageStep(message);
      case ButtonsNode buttons -> new ButtonsStep(buttons);
      case QuestionNode question -> new QuestionStep(question);
      case ConditionNode condition -> new ConditionStep(condition);
      case SetVariableNode variable -> new SetVariableStep(variable);
      case JumpNode jump -> new JumpStep(jump);
      case EndNode end -> new EndStep(end);
    };
  }
}
