package ai.chatflow.scenarios;

import static org.assertj.core.api.Assertions.assertThat;

import ai.chatflow.testing.TestWorkspace;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/// Every operation once through the TypeScript SDK, which the build has made before the server.
class TypeScriptSmokeIT {
  @RegisterExtension static final TestWorkspace WORKSPACE = new TestWorkspace();

  private static final long MINUTES = 3;

  @TempDir Path folder;

  @Test
  void theTypeScriptSdkCallsEveryOperation() throws IOException, InterruptedException {
    var sdk = Path.of("../sdk-typescript");
    assertThat(sdk.resolve("dist")).as("built before: -pl sdk-typescript,server -am").exists();
    var output = folder.resolve("smoke.txt");
    var builder =
        new ProcessBuilder("node", "test/smoke.mjs")
            .directory(sdk.toFile())
            .redirectErrorStream(true)
            .redirectOutput(output.toFile());
    builder.environment().put("BASE_URL", WORKSPACE.server().url().toString());
    builder.environment().put("API_KEY", WORKSPACE.credentials().testKey());

    var process = builder.start();
    var ended = process.waitFor(MINUTES, TimeUnit.MINUTES);
    process.destroyForcibly();

    assertThat(output).content().contains(" passed, 0 failed");
    assertThat(ended).isTrue();
    assertThat(process.exitValue()).isZero();
  }
}
