package ai.chatflow.testing;

import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;

/// Reference data of the providers, in a folder `shared` beside the repository or one of its
/// parents (`-Dchatflow.shared=…` names another). Tests read it there and skip with a sentence when
/// it is absent; `CHATFLOW_REQUIRE_CONFORMANCE=1` makes absence a failure.
public final class Conformance {
  private Conformance() {}

  /// A file or folder of the reference data.
  public static Path require(String path) {
    Path found = find(path);
    if (found != null) {
      return found;
    }
    String sentence = "The providers' reference data is not there: shared/" + path;
    if ("1".equals(System.getenv("CHATFLOW_REQUIRE_CONFORMANCE"))) {
      throw new AssertionError(sentence);
    }
    Assumptions.abort(sentence + ". Conformance is not checked.");
    throw new AssertionError("unreachable");
  }

  /// The same; null when it is absent.
  public static @Nullable Path find(String path) {
    String configured = System.getProperty("chatflow.shared");
    if (configured != null) {
      Path file = Path.of(configured).resolve(path);
      return Files.exists(file) ? file : null;
    }
    for (Path at = Path.of("").toAbsolutePath(); at != null; at = at.getParent()) {
      Path file = at.resolve("shared").resolve(path);
      if (Files.exists(file)) {
        return file;
      }
    }
    return null;
  }
}
