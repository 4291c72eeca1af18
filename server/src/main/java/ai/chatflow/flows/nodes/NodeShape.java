package ai.chatflow.flows.nodes;

import ai.chatflow.api.model.FlowFinding;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What a node is made of. All pointers are relative to the node.
///
/// @param waits whether the session stops here for an answer
/// @param exits where it can lead
/// @param texts its Liquid templates
/// @param writes variables that it sets
/// @param reads fields that its conditions look at
/// @param findings what is wrong with the node by itself
public record NodeShape(
    boolean waits,
    List<Exit> exits,
    List<Text> texts,
    Set<String> writes,
    List<Text> reads,
    List<FlowFinding> findings) {
  public NodeShape {
    exits = List.copyOf(exits);
    texts = List.copyOf(texts);
    writes = Set.copyOf(writes);
    reads = List.copyOf(reads);
    findings = List.copyOf(findings);
  }

  /// A way out; without a target it ends the session.
  public record Exit(String pointer, @Nullable String target) {}

  /// A template, or the path of a field, and where it stands.
  public record Text(String pointer, String source) {}

  static NodeShape passing(Exit exit, List<Text> texts) {
    return new NodeShape(false, List.of(exit), texts, Set.of(), List.of(), List.of());
  }
}
