package ai.chatflow.flows.engine;

import ai.chatflow.api.model.FlowDefinition;
import ai.chatflow.api.model.FlowFinding;
import ai.chatflow.api.model.FlowFinding.SeverityEnum;
import ai.chatflow.flows.nodes.NodeShape;
import ai.chatflow.flows.nodes.NodeStep;
import ai.chatflow.flows.nodes.NodeSteps;
import ai.chatflow.platform.text.Templates;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Finds what is wrong with a definition before it runs. Errors keep it from being published,
/// warnings do not. Pointers are into the definition.
public final class FlowInspector {
  private static final int MAX_FINDINGS = 1000;
  private static final int MAX_VARIABLES = 200;

  private final Templates templates;

  public FlowInspector(Templates templates) {
    this.templates = templates;
  }

  /// Whether a definition with these findings may be published.
  public static boolean publishable(List<FlowFinding> findings) {
    return findings.stream().noneMatch(finding -> finding.severity() == SeverityEnum.ERROR);
  }

  public List<FlowFinding> inspect(FlowDefinition definition) {
    return new Inspection(definition).run().stream().limit(MAX_FINDINGS).toList();
  }

  /// A node as the inspection sees it.
  private record Seen(String pointer, NodeStep step, NodeShape shape) {}

  private final class Inspection {
    private final FlowDefinition definition;
    private final List<FlowFinding> findings = new ArrayList<>();
    private final List<Seen> all = new ArrayList<>();
    private final Map<String, Seen> byId = new LinkedHashMap<>();

    Inspection(FlowDefinition definition) {
      this.definition = definition;
    }

    List<FlowFinding> run() {
      if (definition.nodes().isEmpty()) {
        error(null, "/nodes", "flow_empty", "A flow needs a node");
        return findings;
      }
      index();
      if (!byId.containsKey(definition.start())) {
        error(null, "/start", "start_missing", "There is no node " + definition.start());
      }
      checkNodes();
      checkGraph();
      if (definition.triggers() == null || definition.triggers().isEmpty()) {
        warning(null, "/triggers", "trigger_missing", "Nothing starts this flow");
      }
      return findings;
    }

    private void index() {
      for (int i = 0; i < definition.nodes().size(); i++) {
        NodeStep step = NodeSteps.of(definition.nodes().get(i));
        var seen = new Seen("/nodes/" + i, step, step.shape());
        all.add(seen);
        if (byId.putIfAbsent(step.id(), seen) != null) {
          error(step.id(), seen.pointer() + "/id", "node_id_duplicate", "The id is taken");
        }
      }
    }

    private void checkNodes() {
      var writes = new HashSet<String>();
      all.forEach(seen -> writes.addAll(seen.shape().writes()));
      if (writes.size() > MAX_VARIABLES) {
        error(null, "/nodes", "variables_too_many", "A flow has at most 200 variables");
      }
      var scope = new VariableScope(templates, writes);
      for (Seen seen : all) {
        seen.shape().findings().forEach(finding -> add(seen, finding));
        seen.shape().texts().forEach(text -> scope.check(text).forEach(f -> add(seen, f)));
        seen.shape().reads().forEach(field -> scope.checkField(field).forEach(f -> add(seen, f)));
        checkExits(seen);
      }
    }

    private void checkExits(Seen seen) {
      for (NodeShape.Exit exit : seen.shape().exits()) {
        if (exit.target() != null && !byId.containsKey(exit.target())) {
          error(
              seen.step().id(),
              seen.pointer() + exit.pointer(),
              "target_missing",
              "There is no node " + exit.target());
        }
      }
    }

    private void checkGraph() {
      var edges = new LinkedHashMap<String, Set<String>>();
      var passing = new LinkedHashMap<String, Set<String>>();
      byId.forEach(
          (id, seen) -> {
            Set<String> targets = new HashSet<>();
            for (NodeShape.Exit exit : seen.shape().exits()) {
              if (exit.target() != null && byId.containsKey(exit.target())) {
                targets.add(exit.target());
              }
            }
            edges.put(id, targets);
            passing.put(id, seen.shape().waits() ? Set.of() : targets);
          });
      Set<String> reached = Graphs.reachable(definition.start(), edges);
      byId.forEach(
          (id, seen) -> {
            if (byId.containsKey(definition.start()) && !reached.contains(id)) {
              warning(id, seen.pointer(), "node_unreachable", "No way leads to this node");
            }
          });
      for (String id : Graphs.loopEntries(passing)) {
        Seen seen = byId.get(id);
        String pointer = seen == null ? "/nodes" : seen.pointer();
        error(id, pointer, "loop_without_wait", "This node leads back to itself without a wait");
      }
    }

    private void add(Seen seen, FlowFinding relative) {
      findings.add(
          relative.toBuilder()
              .nodeId(seen.step().id())
              .pointer(seen.pointer() + relative.pointer())
              .build());
    }

    private void error(@Nullable String node, String pointer, String code, String detail) {
      findings.add(new FlowFinding(SeverityEnum.ERROR, code, detail, node, pointer));
    }

    private void warning(@Nullable String node, String pointer, String code, String detail) {
      findings.add(new FlowFinding(SeverityEnum.WARNING, code, detail, node, pointer));
    }
  }
}
