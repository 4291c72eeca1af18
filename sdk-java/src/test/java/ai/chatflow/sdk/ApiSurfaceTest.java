package ai.chatflow.sdk;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/// `api.txt` is what callers can compile against. A line that goes breaks them.
class ApiSurfaceTest {
  private static final Path GOLDEN = Path.of("api.txt");

  @Test
  void thePublicSurfaceIsTheRecordedOne() throws IOException {
    List<String> surface = ApiSurface.lines(Path.of("target/classes"));
    if (Boolean.getBoolean("api.record")) {
      Files.write(GOLDEN, surface);
    }
    List<String> recorded = Files.readAllLines(GOLDEN);

    TreeSet<String> gone = new TreeSet<>(recorded);
    surface.forEach(gone::remove);
    TreeSet<String> fresh = new TreeSet<>(surface);
    recorded.forEach(fresh::remove);

    assertThat(gone.isEmpty() && fresh.isEmpty())
        .withFailMessage(
            """
            The public surface of the SDK is not that of sdk-java/api.txt.
            Gone or changed, which breaks callers (a new major version):%s
            New (a new minor version):%s
            If it is meant: mvn -q -pl sdk-java -am test -Dquick -Dtest=ApiSurfaceTest \
            -Dsurefire.failIfNoSpecifiedTests=false -Dapi.record=true\
            """
                .formatted(list(gone), list(fresh)))
        .isTrue();
  }

  @Test
  void whatIsExportedIsWhatIsRecorded() throws IOException {
    String module = Files.readString(Path.of("src/main/java/module-info.java"));

    assertThat(module.lines().filter(line -> line.strip().startsWith("exports ")))
        .map(line -> line.strip().replaceAll("exports |;", ""))
        .containsExactlyInAnyOrderElementsOf(ApiSurface.exported());
  }

  private static String list(Set<String> lines) {
    return lines.isEmpty()
        ? " nothing"
        : lines.stream().map(line -> "\n  " + line).collect(Collectors.joining());
  }
}
