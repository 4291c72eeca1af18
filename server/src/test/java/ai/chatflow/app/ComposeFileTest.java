package ai.chatflow.app;

import static org.assertj.core.api.Assertions.assertThat;

import ai.chatflow.app.config.ChatFlowConfiguration;
import ai.chatflow.app.config.EnvironmentSetting;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ComposeFileTest {
  private static final Path ROOT = Path.of("").toAbsolutePath().getParent();

  private JsonNode services;

  @BeforeEach
  void read() throws IOException {
    var mapper = new ObjectMapper(new YAMLFactory());
    services = mapper.readTree(ROOT.resolve("docker-compose.yml").toFile()).path("services");
  }

  @Test
  void everyVariableOfTheServerIsASetting() {
    var known = Arrays.stream(EnvironmentSetting.values()).map(Enum::name).toList();

    assertThat(environment()).isNotEmpty();
    assertThat(known).containsAll(environment().keySet());
  }

  @Test
  void everyPublishedPortOfTheServerIsOneItListensOn() {
    var configuration = configuration();

    for (var port : services.path("server").path("ports")) {
      var inside = port.asText().replaceAll(".*:", "");
      assertThat(inside).isEqualTo(Integer.toString(configuration.port()));
    }
    assertThat(configuration.bind()).isEqualTo("0.0.0.0");
  }

  @Test
  void theServerFindsTheDatabasesUnderTheNamesOfTheirServices() {
    var configuration = configuration();

    assertThat(configuration.database().url().reveal()).contains("@postgresql:5432/chatflow");
    assertThat(configuration.redis().url().reveal()).isEqualTo("redis://redis:6379");
    assertThat(configuration.dataFolder()).isEmpty();
    assertThat(services.fieldNames())
        .toIterable()
        .contains("server", "postgresql", "redis", "evolution-api");
  }

  @Test
  void theImageSetsAndExposesWhatTheSettingsKnow() throws IOException {
    var dockerfile = Files.readString(ROOT.resolve("server/Dockerfile"));

    for (var setting : EnvironmentSetting.values()) {
      dockerfile = dockerfile.replace(setting.name(), "");
    }
    assertThat(dockerfile).doesNotContain("CHATFLOW_", "DATABASE_URL", "REDIS_URL");
    assertThat(dockerfile).contains("EXPOSE " + configuration().port());
  }

  private ChatFlowConfiguration configuration() {
    return Settings.read(Settings.DEFAULTS, environment());
  }

  /// The variables of the server with those of the operator filled in.
  private Map<String, String> environment() {
    var variables = new HashMap<String, String>();
    services
        .path("migrate")
        .path("environment")
        .properties()
        .forEach(
            entry -> {
              var value = entry.getValue().asText();
              value = value.replaceAll("\\$\\{\\w+:-([^}]*)}", "$1");
              variables.put(entry.getKey(), value.replaceAll("\\$\\{\\w+[^}]*}", "filled"));
            });
    return variables;
  }
}
