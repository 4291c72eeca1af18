package ai.chatflow.flows.engine;

import ai.chatflow.api.model.FlowDefinition;
import ai.chatflow.api.model.FlowSessionStatus;
import ai.chatflow.flows.nodes.EmptyTextException;
import ai.chatflow.flows.nodes.NodeStep;
import ai.chatflow.flows.nodes.Outcome;
import ai.chatflow.flows.nodes.RunEvent;
import ai.chatflow.flows.nodes.Turn;
import ai.chatflow.platform.text.TemplateException;
import ai.chatflow.platform.text.Templates;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// Runs a session from one input to the next wait or its end. Deterministic: the same arguments
/// give the same sprint. Trouble inside a flow is a failed session, never an exception.
public final class Engine {
  /// A sprint of more nodes than this is a loop.
  public static final int MAX_STEPS = 100;

  private final Templates templates;

  public Engine(Templates templates) {
    this.templates = templates;
  }

  /// `run` for a definition that is not run often enough to keep its graph.
  public Sprint run(
      FlowDefinition definition,
      SessionState before,
      EngineInput input,
      Instant now,
      RandomGenerator random) {
    return run(FlowGraph.of(definition), before, input, now, random);
  }

  /// @throws IllegalArgumentException when the session has ended, or waits and there is no message
  public Sprint run(
      FlowGraph graph,
      SessionState before,
      EngineInput input,
      Instant now,
      RandomGenerator random) {
    if (before.status() != FlowSessionStatus.WAITING) {
      throw new IllegalArgumentException("the session has ended: " + before.status());
    }
    var turn =
        new Turn(templates, input.person(), input.message(), before.variables(), now, random);
    return new Walk(graph, before, turn).from(input);
  }

  /// One sprint under way.
  private static final class Walk {
    private final FlowGraph graph;
    private final SessionState before;
    private final Turn turn;
    private @Nullable String at;

    Walk(FlowGraph graph, SessionState before, Turn turn) {
      this.graph = graph;
      this.before = before;
      this.turn = turn;
      this.at = before.nodeId();
    }

    Sprint from(EngineInput input) {
      try {
        return follow(first(input));
      } catch (TemplateException | EmptyTextException e) {
        return failed(String.valueOf(e.getMessage()));
      }
    }

    private Outcome first(EngineInput input) {
      String node = before.nodeId();
      if (node == null) {
        return new Outcome.Go(graph.start());
      }
      if (input.message() == null) {
        throw new IllegalArgumentException("a waiting session needs a message");
      }
      Optional<NodeStep> step = graph.find(node);
      return step.isPresent()
          ? step.get().answer(turn, input.message(), before.attempts())
          : missing(node);
    }

    private Sprint follow(Outcome first) {
      Outcome outcome = first;
      for (int steps = 0; steps <= MAX_STEPS; steps++) {
        switch (outcome) {
          case Outcome.Go(var target) when target != null -> outcome = enter(target);
          case Outcome.Go _, Outcome.End _ -> {
            return sprint(before.completedAt(at, turn.variables()));
          }
          case Outcome.Await(int attempts) -> {
            return sprint(before.waitingAt(String.valueOf(at), attempts, turn.variables()));
          }
          case Outcome.Fail(String reason) -> {
            return failed(reason);
          }
        }
      }
      return failed("The flow ran " + MAX_STEPS + " steps without waiting: it is a loop");
    }

    private Outcome enter(String target) {
      Optional<NodeStep> step = graph.find(target);
      if (step.isEmpty()) {
        return missing(target);
      }
      at = target;
      turn.happened(new RunEvent.Entered(target));
      return step.get().enter(turn);
    }

    private static Outcome missing(String node) {
      return new Outcome.Fail("There is no node " + node);
    }

    private Sprint sprint(SessionState after) {
      return new Sprint(after, turn.effects(), turn.events());
    }

    private Sprint failed(String reason) {
      String shown = reason.length() > 1000 ? reason.substring(0, 1000) : reason;
      var events = new ArrayList<>(turn.events());
      events.add(new RunEvent.Failed(String.valueOf(at), shown));
      return new Sprint(before.failedAt(at, shown), List.of(), events);
    }
  }
}
