package ai.chatflow.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The program as it is started, in a process of its own.
class MainTest {
  @TempDir Path folder;

  @Test
  void aCommandPrintsNothingButItsOwnSentences() throws Exception {
    var java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    var builder = new ProcessBuilder(java, "-cp", classPath(), Main.class.getName(), "demo");
    builder.environment().keySet().removeIf(name -> name.startsWith("CHATFLOW_"));
    builder.environment().put("CHATFLOW_DATA_DIR", folder.toString());
    builder.environment().put("CHATFLOW_LOG_FORMAT", "text");

    var process = builder.redirectErrorStream(true).start();
    var printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

    assertThat(printed.strip()).isEqualTo("There are no keys yet: run ./chatflow up first.");
    assertThat(process.waitFor()).isOne();
  }

  /// Without the tests, whose settings of the log are not those of the program.
  private static String classPath() {
    var path =
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    return Arrays.stream(path.split(File.pathSeparator))
        .filter(entry -> !Path.of(entry).endsWith("test-classes"))
        .collect(Collectors.joining(File.pathSeparator));
  }
}
