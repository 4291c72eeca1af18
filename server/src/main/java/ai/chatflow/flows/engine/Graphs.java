package ai.chatflow.flows.engine;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Walks over the graph of a flow: node id to the ids it can lead to.
final class Graphs {
  private Graphs() {}

  static Set<String> reachable(String start, Map<String, Set<String>> edges) {
    var reached = new HashSet<String>();
    var open = new ArrayDeque<String>(List.of(start));
    while (!open.isEmpty()) {
      String node = open.pop();
      if (reached.add(node)) {
        open.addAll(edges.getOrDefault(node, Set.of()));
      }
    }
    return reached;
  }

  /// One node of each loop: the one that a depth-first walk in the order of the map meets first.
  static List<String> loopEntries(Map<String, Set<String>> edges) {
    var entries = new ArrayList<String>();
    var done = new HashSet<String>();
    for (String root : edges.keySet()) {
      walk(root, edges, done, entries);
    }
    return entries;
  }

  private static void walk(
      String root, Map<String, Set<String>> edges, Set<String> done, List<String> entries) {
    var path = new ArrayDeque<String>();
    var pending = new HashMap<String, Iterator<String>>();
    open(root, edges, path, pending, done);
    while (!path.isEmpty()) {
      String node = path.peek();
      Iterator<String> targets = pending.get(node);
      if (targets == null || !targets.hasNext()) {
        pending.remove(path.pop());
        continue;
      }
      String target = targets.next();
      if (pending.containsKey(target)) {
        if (!entries.contains(target)) {
          entries.add(target);
        }
      } else {
        open(target, edges, path, pending, done);
      }
    }
  }

  private static void open(
      String node,
      Map<String, Set<String>> edges,
      ArrayDeque<String> path,
      Map<String, Iterator<String>> pending,
      Set<String> done) {
    if (done.add(node)) {
      path.push(node);
      pending.put(node, edges.getOrDefault(node, Set.of()).stream().sorted().iterator());
    }
  }
}
