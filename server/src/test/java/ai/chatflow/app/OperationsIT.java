package ai.chatflow.app;

import static org.assertj.core.api.Assertions.assertThat;

import ai.chatflow.testing.TestWorkspace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class OperationsIT {
  @RegisterExtension static final TestWorkspace world = new TestWorkspace();

  @Test
  void aRunningNodeIsHealthyAndReady() {
    Awaitility.await()
        .atMost(Duration.ofSeconds(20))
        .until(() -> world.server().admin("/ready").statusCode() == 200);

    assertThat(world.server().admin("/ready").body()).contains("\"ready\":true");
    assertThat(world.server().admin("/healthcheck").statusCode()).isEqualTo(200);
  }

  @Test
  void everyMetricOfTheNodeIsDocumented() throws IOException {
    world.raw().call("GET", "/v1/me").key(world.credentials().liveKey()).send();
    world.raw().call("GET", "/v1/me").send();

    var metrics = world.server().admin("/metrics").body();

    assertThat(metrics)
        .contains(
            "chatflow_http_request_seconds_count{operation=\"getMe\",status=\"200\"}",
            "chatflow_http_request_seconds_count{operation=\"none\",status=\"401\"}",
            "chatflow_lane_oldest_seconds{kind=\"publish\"}",
            "chatflow_lane_oldest_seconds{kind=\"send\"}",
            "jvm_memory_used_bytes");
    var documented =
        Pattern.compile("^\\| `(chatflow_[a-z_]+)`", Pattern.MULTILINE)
            .matcher(Files.readString(Path.of("../docs/operations.md")))
            .results()
            .map(row -> row.group(1))
            .toList();
    var measured =
        Pattern.compile("^# TYPE (chatflow_[a-z_]+) ", Pattern.MULTILINE)
            .matcher(metrics)
            .results()
            .map(row -> row.group(1))
            .toList();
    assertThat(measured).hasSizeGreaterThan(5);
    assertThat(documented).containsAll(measured);
  }

  @Test
  void everyAnswerToAKeyTellsWhatIsLeft() {
    var answer = world.raw().call("GET", "/v1/me").key(world.credentials().testKey()).send();

    assertThat(answer.header("RateLimit-Policy")).isEqualTo("\"key\";q=1000;w=5");
    assertThat(answer.header("RateLimit")).matches("\"key\";r=99\\d;t=1");
  }
}
