package ai.chatflow.flows.engine;

import ai.chatflow.api.model.FlowDefinition;
import ai.chatflow.api.model.FlowSessionStatus;
import ai.chatflow.api.model.MessageContent;
import ai.chatflow.api.model.MessageDirection;
import ai.chatflow.api.model.SimulationEntry;
import ai.chatflow.flows.nodes.Effect;
import ai.chatflow.flows.nodes.Person;
import ai.chatflow.platform.json.Json;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// Plays a conversation with a flow: the engine of production, with nothing stored or sent.
public final class FlowSimulator {
  private final Engine engine;
  private final InstantSource clock;
  private final RandomGenerator random;

  public FlowSimulator(Engine engine, InstantSource clock, RandomGenerator random) {
    this.engine = engine;
    this.clock = clock;
    this.random = random;
  }

  /// The session at its end, and what was said on both sides.
  public record Play(SessionState state, List<SimulationEntry> transcript) {
    public Play {
      transcript = List.copyOf(transcript);
    }
  }

  /// The first input starts the flow, whatever its triggers say; without one it starts by itself.
  /// Inputs after the end are not taken.
  public Play play(FlowDefinition definition, Person person, List<MessageContent> inputs) {
    FlowGraph graph = FlowGraph.of(definition);
    var transcript = new ArrayList<SimulationEntry>();
    SessionState state = SessionState.fresh();
    for (int turn = 0; turn == 0 || turn < inputs.size(); turn++) {
      MessageContent said = turn < inputs.size() ? inputs.get(turn) : null;
      state = turn(graph, state, new EngineInput(person, said), transcript);
      if (state.status() != FlowSessionStatus.WAITING) {
        break;
      }
    }
    return new Play(state, transcript);
  }

  private SessionState turn(
      FlowGraph graph, SessionState before, EngineInput input, List<SimulationEntry> transcript) {
    if (input.message() != null) {
      transcript.add(entry(MessageDirection.INBOUND, null, input.message()));
    }
    Sprint sprint = engine.run(graph, before, input, clock.instant(), random);
    for (Effect effect : sprint.effects()) {
      switch (effect) {
        case Effect.Send(String node, MessageContent content) ->
            transcript.add(entry(MessageDirection.OUTBOUND, node, content));
      }
    }
    return stored(sprint.state());
  }

  /// As production does between sprints: written as JSON and read again.
  private static SessionState stored(SessionState state) {
    return Json.read(Json.write(state), SessionState.class);
  }

  private static SimulationEntry entry(
      MessageDirection direction, @Nullable String node, MessageContent content) {
    return SimulationEntry.builder().direction(direction).nodeId(node).content(content).build();
  }
}
