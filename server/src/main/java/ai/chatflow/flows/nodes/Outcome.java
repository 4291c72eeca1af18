package ai.chatflow.flows.nodes;

import org.jspecify.annotations.Nullable;

/// Where a session stands after a step.
public sealed interface Outcome {
  /// Goes on at `target`; nowhere to go ends the session well.
  record Go(@Nullable String target) implements Outcome {}

  /// Waits here for an answer. `attempts` counts the answers so far that did not fit.
  record Await(int attempts) implements Outcome {}

  /// The session has come to its end.
  record End() implements Outcome {}

  /// The session cannot go on; `reason` is for the author of the flow.
  record Fail(String reason) implements Outcome {}
}
