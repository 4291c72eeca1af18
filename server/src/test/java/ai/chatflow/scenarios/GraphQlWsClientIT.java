package ai.chatflow.scenarios;

import static org.assertj.core.api.Assertions.assertThat;

import ai.chatflow.testing.TestWorkspace;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/// The public client `graphql-ws`, as front ends use it.
class GraphQlWsClientIT {
  @RegisterExtension static final TestWorkspace WORKSPACE = new TestWorkspace();

  private static final long MINUTES = 2;

  @TempDir Path folder;

  @Test
  void theClientThatFrontEndsUseFollowsMessagesOverALostConnection()
      throws IOException, InterruptedException {
    var sdk = Path.of("../sdk-typescript");
    assertThat(sdk.resolve("dist")).as("built before: -pl sdk-typescript,server -am").exists();
    var output = folder.resolve("followed.txt");
    var builder =
        new ProcessBuilder("node", "test/graphql-ws.mjs")
            .directory(sdk.toFile())
            .redirectErrorStream(true)
            .redirectOutput(output.toFile());
    builder.environment().put("BASE_URL", WORKSPACE.server().url().toString());
    builder.environment().put("API_KEY", WORKSPACE.credentials().liveKey());

    var process = builder.start();
    var ended = process.waitFor(MINUTES, TimeUnit.MINUTES);
    process.destroyForcibly();

    assertThat(output).content().contains("followed");
    assertThat(ended).isTrue();
    assertThat(process.exitValue()).isZero();
  }
}
