package ai.chatflow.flows.nodes;

import ai.chatflow.api.model.FlowFinding;
import ai.chatflow.api.model.FlowFinding.SeverityEnum;
import ai.chatflow.platform.errors.FieldError;

/// Findings of a node about itself; the inspector adds the node and completes the pointer.
final class Findings {
  private Findings() {}

  static FlowFinding error(String pointer, String code, String detail) {
    return finding(SeverityEnum.ERROR, pointer, code, detail);
  }

  static FlowFinding warning(String pointer, String code, String detail) {
    return finding(SeverityEnum.WARNING, pointer, code, detail);
  }

  static FlowFinding error(FieldError error) {
    return error(error.pointer(), error.code(), error.detail());
  }

  private static FlowFinding finding(
      SeverityEnum severity, String pointer, String code, String detail) {
    return FlowFinding.builder()
        .severity(severity)
        .pointer(pointer)
        .code(code)
        .detail(detail)
        .build();
  }
}
