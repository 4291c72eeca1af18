package ai.chatflow.flows.nodes;

/// What happened inside a sprint, in order.
public sealed interface RunEvent {
  String nodeId();

  /// The session reached a node.
  record Entered(String nodeId) implements RunEvent {}

  /// An answer was taken; `value` is what it was understood as.
  record Answered(String nodeId, Object value) implements RunEvent {}

  /// An answer did not fit.
  record Rejected(String nodeId, int attempt) implements RunEvent {}

  /// A variable got a value.
  record VariableSet(String nodeId, String variable, Object value) implements RunEvent {}

  /// The session failed at the node.
  record Failed(String nodeId, String reason) implements RunEvent {}
}
