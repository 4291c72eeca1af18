package ai.chatflow.bench;

import ai.chatflow.api.model.FlowDefinition;
import ai.chatflow.api.model.TextContent;
import ai.chatflow.flows.engine.Engine;
import ai.chatflow.flows.engine.EngineInput;
import ai.chatflow.flows.engine.FlowGraph;
import ai.chatflow.flows.engine.SessionState;
import ai.chatflow.flows.engine.Sprint;
import ai.chatflow.flows.nodes.Person;
import ai.chatflow.platform.json.Json;
import ai.chatflow.platform.text.Templates;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/// A step of a flow without the database around it, and the rendering of a text.
@State(Scope.Benchmark)
public class FlowBench {
  private static final Instant NOW = Instant.parse("2026-11-23T09:00:00Z");
  private static final String TEXT =
      "Hi {{ contact.first_name | default: \"there\" }}, size {{ variables.size }} is "
          + "{% if variables.size > 46 %}ordered for you{% else %}in stock{% endif %}.";
  private static final String FLOW =
      """
      {"start":"size","nodes":[
      {"id":"size","type":"question","text":"Which size?","variable":"size",
       "validation":{"kind":"number","min":30,"max":50},"next":"big"},
      {"id":"big","type":"condition","otherwise_next":"offer","branches":[
       {"condition":{"field":"variables.size","op":"gt","value":46},"next":"human"}]},
      {"id":"offer","type":"message","next":"sure",
       "content":{"type":"text","text":"Size {{ variables.size }} is in stock."}},
      {"id":"sure","type":"question","text":"Shall I keep it?","variable":"sure"},
      {"id":"human","type":"end"}]}
      """;

  private final Templates templates = new Templates();
  private final Engine engine = new Engine(templates);
  private final FlowDefinition definition = Json.read(FLOW, FlowDefinition.class);
  private final FlowGraph graph = FlowGraph.of(definition);
  private final Person person =
      new Person("4711", "Sheena Ramone", "+16505551234", null, "en", List.of("vip"), Map.of());
  private final EngineInput answer =
      new EngineInput(person, TextContent.builder().text("42").build());
  private final Random random = new Random(1);
  private long texts;
  private final SessionState waiting =
      engine.run(graph, SessionState.fresh(), new EngineInput(person, null), NOW, random).state();
  private final Map<String, Object> values =
      Map.of("contact", Map.of("first_name", "Sheena"), "variables", Map.of("size", 42));

  /// An answer is checked, a branch taken, a text rendered, the next question asked.
  @Benchmark
  public Sprint answerToTheNextQuestion() {
    return engine.run(graph, waiting, answer, NOW, random);
  }

  /// What a definition costs the first time.
  @Benchmark
  public FlowGraph makeReadyToRun() {
    return FlowGraph.of(definition);
  }

  /// A text with a filter and a branch, compiled before.
  @Benchmark
  public String renderText() {
    return templates.render(TEXT, values);
  }

  /// The same for a text that was never seen before.
  @Benchmark
  public String compileAndRenderText() {
    return templates.render(TEXT + texts++, values);
  }
}
