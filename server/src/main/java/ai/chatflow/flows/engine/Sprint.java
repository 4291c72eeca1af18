package ai.chatflow.flows.engine;

import ai.chatflow.flows.nodes.Effect;
import ai.chatflow.flows.nodes.RunEvent;
import java.util.List;

/// The result of one run of the engine: the next state, what is to be done, what happened. A sprint
/// that fails has no effects.
public record Sprint(SessionState state, List<Effect> effects, List<RunEvent> events) {
  public Sprint {
    effects = List.copyOf(effects);
    events = List.copyOf(events);
  }
}
