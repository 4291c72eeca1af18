package ai.chatflow.app;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/// What a node shows at `/metrics`.
///
/// @param samples the labels of each sample, by the name of its metric
/// @param types `counter`, `gauge` and so on, by the name of the metric
record Exposition(Map<String, List<Map<String, String>>> samples, Map<String, String> types) {
  private static final Pattern LINE =
      Pattern.compile("(?<name>[a-zA-Z_:][a-zA-Z0-9_:]*)(?:\\{(?<labels>.*)})? \\S+");
  private static final Pattern LABEL = Pattern.compile("(\\w+)=\"((?:[^\"\\\\]|\\\\.)*)\"");

  static Exposition parse(String text) {
    var samples = new HashMap<String, List<Map<String, String>>>();
    var types = new HashMap<String, String>();
    for (var line : text.lines().toList()) {
      var words = line.split(" ", -1);
      if (line.startsWith("# TYPE ")) {
        types.put(words[2], words[3]);
      } else if (!line.startsWith("#")) {
        var matcher = LINE.matcher(line);
        if (!matcher.matches()) {
          throw new IllegalArgumentException(line);
        }
        samples
            .computeIfAbsent(matcher.group("name"), _ -> new ArrayList<>())
            .add(labels(matcher.group("labels")));
      }
    }
    return new Exposition(samples, types);
  }

  private static Map<String, String> labels(String text) {
    var labels = new HashMap<String, String>();
    LABEL
        .matcher(text == null ? "" : text)
        .results()
        .forEach(label -> labels.put(label.group(1), label.group(2)));
    return labels;
  }

  boolean has(String metric) {
    return samples.containsKey(metric);
  }

  boolean has(String metric, String label) {
    return samples.getOrDefault(metric, List.of()).stream().anyMatch(l -> l.containsKey(label));
  }

  /// Whether a gauge shows such a value; of others only what has happened is shown.
  boolean mayHave(String metric, String label, String value) {
    return !"gauge".equals(types.get(metric))
        || samples.get(metric).stream().anyMatch(labels -> value.equals(labels.get(label)));
  }
}
