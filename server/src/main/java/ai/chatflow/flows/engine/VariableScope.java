package ai.chatflow.flows.engine;

import ai.chatflow.api.model.FlowFinding;
import ai.chatflow.api.model.FlowFinding.SeverityEnum;
import ai.chatflow.flows.nodes.Answers;
import ai.chatflow.flows.nodes.NodeShape;
import ai.chatflow.flows.nodes.Person;
import ai.chatflow.platform.text.TemplateException;
import ai.chatflow.platform.text.Templates;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/// Which variables there are in a flow.
final class VariableScope {
  private final Templates templates;
  private final Set<String> variables;

  VariableScope(Templates templates, Set<String> variables) {
    this.templates = templates;
    this.variables = Set.copyOf(variables);
  }

  /// What is wrong with a template.
  List<FlowFinding> check(NodeShape.Text text) {
    try {
      var findings = new ArrayList<FlowFinding>();
      for (List<String> path : templates.compile(text.source()).variables()) {
        if (!knows(path)) {
          findings.add(unknown(text.pointer(), String.join(".", path)));
        }
      }
      return findings;
    } catch (TemplateException e) {
      String detail = shortened(String.valueOf(e.getMessage()));
      return List.of(error(text.pointer(), "template_invalid", detail));
    }
  }

  /// What is wrong with the field of a condition.
  List<FlowFinding> checkField(NodeShape.Text field) {
    return knows(List.of(field.source().split("\\.")))
        ? List.of()
        : List.of(unknown(field.pointer(), field.source()));
  }

  private boolean knows(List<String> path) {
    if (path.isEmpty()) {
      return false;
    }
    return switch (path.getFirst()) {
      case "contact" -> path.size() > 1 && Person.FIELDS.contains(path.get(1));
      case "message" -> path.size() > 1 && Answers.FIELDS.contains(path.get(1));
      case "variables" -> path.size() > 1 && variables.contains(path.get(1));
      case "now" -> true;
      default -> false;
    };
  }

  private static FlowFinding unknown(String pointer, String name) {
    return error(
        pointer, "variable_unknown", shortened("There is no variable " + name + " in this flow"));
  }

  private static FlowFinding error(String pointer, String code, String detail) {
    return FlowFinding.builder()
        .severity(SeverityEnum.ERROR)
        .pointer(pointer)
        .code(code)
        .detail(detail)
        .build();
  }

  private static String shortened(String detail) {
    return detail.length() > 1000 ? detail.substring(0, 1000) : detail;
  }
}
