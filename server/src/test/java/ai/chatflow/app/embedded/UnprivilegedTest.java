package ai.chatflow.app.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UnprivilegedTest {
  @TempDir Path home;

  @Test
  void whateverAccountRunsThisPostgreSqlIsNotStartedAsRoot() throws IOException {
    var command = new ArrayList<>(Unprivileged.prefix(home, home.resolve("data")));
    command.addAll(List.of("id", "-u"));

    var answer = Command.run(home, Duration.ofSeconds(10), command);

    assertThat(answer.ok()).isTrue();
    assertThat(answer.output()).isNotEqualTo("0");
  }
}
