package ai.chatflow.platform.json;

import ai.chatflow.api.model.ProblemCode;
import ai.chatflow.platform.errors.FieldError;
import ai.chatflow.platform.errors.Invalid;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Merge patches of maps (RFC 7396): a key is set, or removed by null.
public final class MergePatch {
  private static final int MOST_METADATA = 50;

  private MergePatch() {}

  /// The metadata of a resource after a patch, which is null when there is none.
  ///
  /// @throws Invalid when they become more than there may be
  public static Map<String, String> metadata(
      Map<String, String> before, @Nullable Map<String, @Nullable String> patch) {
    return of(before, patch, "/metadata", MOST_METADATA);
  }

  /// A map after a patch, which is null when there is none.
  ///
  /// @param pointer where the patch stands in the request
  /// @param most so many keys; what has more already may lose some
  /// @throws Invalid when it gets more
  public static <V> Map<String, V> of(
      Map<String, V> before, @Nullable Map<String, @Nullable V> patch, String pointer, int most) {
    if (patch == null) {
      return before;
    }
    var merged = new LinkedHashMap<>(before);
    patch.forEach(
        (key, value) -> {
          if (value == null) {
            merged.remove(key);
          } else {
            merged.put(key, value);
          }
        });
    if (merged.size() > Math.max(most, before.size())) {
      var detail = "must have at most " + most + " properties, with those that are there already";
      throw new Invalid(
          ProblemCode.VALIDATION_FAILED,
          "1 field is not valid.",
          List.of(new FieldError(pointer, "max_properties", detail)));
    }
    return merged;
  }
}
