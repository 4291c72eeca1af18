package ai.chatflow.platform.conditions;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What is known about somebody: the value of a field by its path (`contact.attributes.plan`).
@FunctionalInterface
public interface Facts {
  /// A string, number, boolean, or a collection of those; null when there is none. JSON null counts
  /// as none.
  @Nullable Object valueOf(String path);

  /// Facts from nested maps. At each level the whole rest of the path is tried as a key first, so
  /// an attribute whose name has a dot is found.
  static Facts ofMap(Map<String, ?> tree) {
    return path -> find(tree, path);
  }

  private static @Nullable Object find(Map<?, ?> level, String path) {
    if (level.containsKey(path)) {
      return level.get(path);
    }
    int dot = path.indexOf('.');
    if (dot > 0 && level.get(path.substring(0, dot)) instanceof Map<?, ?> inner) {
      return find(inner, path.substring(dot + 1));
    }
    return null;
  }
}
