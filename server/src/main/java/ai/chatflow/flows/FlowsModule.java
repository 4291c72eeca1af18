package ai.chatflow.flows;

import ai.chatflow.flows.engine.Engine;
import ai.chatflow.flows.engine.FlowInspector;
import ai.chatflow.flows.engine.FlowSimulator;
import ai.chatflow.messaging.InboundListener;
import ai.chatflow.messaging.MessageService;
import ai.chatflow.platform.Platform;
import ai.chatflow.platform.text.Templates;
import java.util.List;

/// Wires flows.
public final class FlowsModule {
  private final FlowService flows;
  private final FlowSessionService sessions;
  private final FlowRunner runner;
  private final List<Object> resources;

  private FlowsModule(Platform platform, MessageService messages) {
    var templates = new Templates();
    var engine = new Engine(templates);
    this.flows =
        new FlowService(
            platform.db(),
            platform.ids(),
            platform.clock(),
            platform.events(),
            new FlowInspector(templates));
    this.sessions = new FlowSessionService(platform.db());
    this.runner =
        new FlowRunner(
            new SessionRunner(
                engine, platform.ids(), platform.clock(), platform.random(), platform.events()),
            messages);
    var simulator = new FlowSimulator(engine, platform.clock(), platform.random());
    this.resources =
        List.of(
            new FlowResource(flows, new SimulationService(flows, simulator), platform.pages()),
            new FlowSessionResource(sessions, platform.pages()));
  }

  public static FlowsModule wire(Platform platform, MessageService messages) {
    return new FlowsModule(platform, messages);
  }

  /// What acts on received messages.
  public InboundListener listener() {
    return runner;
  }

  public FlowService flows() {
    return flows;
  }

  public FlowSessionService sessions() {
    return sessions;
  }

  public List<Object> resources() {
    return resources;
  }
}
