package ai.chatflow.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The program as it is started, in a process of its own.
class MainTest {
  @TempDir Path folder;

  @Test
  void aCommandPrintsNothingButItsOwnSentences() throws Exception {
    var java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    var path =
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    var builder = new ProcessBuilder(java, "-cp", path, Main.class.getName(), "demo");
    builder.environment().keySet().removeIf(name -> name.startsWith("CHATFLOW_"));
    builder.environment().put("CHATFLOW_DATA_DIR", folder.toString());

    var process = builder.redirectErrorStream(true).start();
    var printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

    assertThat(printed.strip()).isEqualTo("There are no keys yet: run ./chatflow up first.");
    assertThat(process.waitFor()).isOne();
  }
}
