package ai.chatflow.app.config;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dropwizard.jackson.Jackson;
import io.dropwizard.jersey.validation.Validators;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RemovedKeysTest {
  @Test
  void aRemovedKeyStopsTheStartWithWhatToDoInstead() {
    var reader =
        new SettingsReader(
            Validators.newValidator(),
            Jackson.newObjectMapper(),
            Map.of(),
            Map.of("/redis/host", "Write the whole address in redis.url."));
    var file = "redis:\n  host: r\n".getBytes(StandardCharsets.UTF_8);

    assertThatThrownBy(() -> reader.build(_ -> new ByteArrayInputStream(file), "my.yml"))
        .isInstanceOf(StartFailure.class)
        .hasMessage(
            "my.yml: the key redis.host does not exist any more. Write the whole address in"
                + " redis.url.");
  }
}
