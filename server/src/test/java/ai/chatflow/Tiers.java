package ai.chatflow;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/// The order of features, as `architecture/tiers.txt` gives it.
record Tiers(Map<String, Place> places) {
  /// A row, and the place in it; features of one group never use each other.
  record Place(int row, int column, boolean strict) {}

  static Tiers read() {
    try (var file = Tiers.class.getResourceAsStream("/architecture/tiers.txt")) {
      var text = new String(file.readAllBytes(), StandardCharsets.UTF_8);
      var rows = text.lines().filter(line -> !line.isBlank() && !line.startsWith("#")).toList();
      var places = new HashMap<String, Place>();
      for (var row = 0; row < rows.size(); row++) {
        var strict = rows.get(row).contains("|");
        var names = rows.get(row).replace("|", " ").trim().split(" +");
        for (var column = 0; column < names.length; column++) {
          places.put(names[column], new Place(row, column, strict));
        }
      }
      return new Tiers(places);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  Set<String> features() {
    return places.keySet();
  }

  boolean mayUse(String user, String used) {
    var from = places.get(user);
    var to = places.get(used);
    if (from.row() == to.row()) {
      return !from.strict() && to.column() < from.column();
    }
    return to.row() < from.row();
  }
}
