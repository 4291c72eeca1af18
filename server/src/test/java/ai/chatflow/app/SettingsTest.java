package ai.chatflow.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.chatflow.app.config.ChatFlowConfiguration;
import ai.chatflow.app.config.EnvironmentSetting;
import ai.chatflow.app.config.LogFormat;
import ai.chatflow.app.config.StartFailure;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SettingsTest {
  @TempDir Path temporary;

  @Test
  void withoutAFileTheServerListensOnLoopbackWithEmbeddedDatabases() {
    var settings = Settings.read(Settings.DEFAULTS, Map.of());

    assertThat(settings.port()).isEqualTo(8080);
    assertThat(settings.bind()).isEqualTo("127.0.0.1");
    assertThat(settings.adminPort()).isEqualTo(8081);
    assertThat(settings.adminBind()).isEqualTo("127.0.0.1");
    assertThat(settings.publicUrl()).isEqualTo(URI.create("http://localhost:8080"));
    assertThat(settings.dataFolder()).contains(Path.of(".chatflow"));
    assertThat(settings.logFormat()).isEqualTo(LogFormat.JSON);
    assertThat(settings.telegram().baseUrl()).isEqualTo(URI.create("https://api.telegram.org"));
    assertThat(settings.twilio().baseUrl()).isEqualTo(URI.create("https://api.twilio.com"));
    assertThat(settings.whatsAppCloud().baseUrl())
        .isEqualTo(URI.create("https://graph.facebook.com"));
  }

  @Test
  void aFileHoldsOnlyWhatDiffersAndTheEnvironmentWins() throws IOException {
    var settings =
        read(
            """
            publicUrl: https://chat.example.com/
            database:
              requestPoolSize: 7
            server:
              applicationConnectors:
                - port: 9000
            """,
            Map.of("CHATFLOW_PORT", "9001", "CHATFLOW_LOG_FORMAT", "text"));

    assertThat(settings.port()).isEqualTo(9001);
    assertThat(settings.bind()).isEqualTo("127.0.0.1");
    assertThat(settings.publicUrl()).isEqualTo(URI.create("https://chat.example.com"));
    assertThat(settings.database().requestPoolSize()).isEqualTo(7);
    assertThat(settings.database().workerPoolSize()).isEqualTo(12);
    assertThat(settings.logFormat()).isEqualTo(LogFormat.TEXT);
  }

  @Test
  void anUnknownKeyStopsTheStartAndIsNamed() {
    assertThatThrownBy(() -> read("databse:\n  url: ''\n", Map.of()))
        .isInstanceOf(StartFailure.class)
        .hasMessageContaining("databse")
        .hasMessageContaining("Correct or remove the key");
  }

  @Test
  void aValueOutOfItsRangeStopsTheStartAndIsNamed() {
    assertThatThrownBy(() -> read("database:\n  requestPoolSize: 0\n", Map.of()))
        .isInstanceOf(StartFailure.class)
        .hasMessageContaining("requestPoolSize");
  }

  @Test
  void aPortThatIsNoNumberIsNamedWithItsVariable() {
    var environment = Map.of("CHATFLOW_PORT", "eighty");

    assertThatThrownBy(() -> Settings.read(Settings.DEFAULTS, environment))
        .hasMessage("CHATFLOW_PORT must be a whole number, not 'eighty'.");
  }

  @Test
  void aMissingFileIsNamed() {
    assertThatThrownBy(() -> Settings.read("nowhere.yml", Map.of()))
        .hasMessage("There is no settings file nowhere.yml.");
  }

  @ParameterizedTest
  @CsvSource({
    "postgres://u:p@db:5433/x, postgres://u:p@db:5433/x",
    "postgresql://u:p@db/x?sslmode=require, postgres://u:p@db/x?sslmode=require",
    "jdbc:postgresql://db:5432/x?user=u&password=a%40b&sslmode=require,"
        + " postgres://u:a%40b@db:5432/x?sslmode=require",
  })
  void databaseAddressesAreAcceptedAsPeopleWriteThem(String written, String read) {
    var settings =
        Settings.read(
            Settings.DEFAULTS, Map.of("DATABASE_URL", written, "REDIS_URL", "redis://r:6379"));

    assertThat(settings.database().url().reveal()).isEqualTo(read);
    assertThat(settings.dataFolder()).isEmpty();
  }

  @Test
  void aMalformedDatabaseAddressIsRefusedWithoutRepeatingItsPassword() {
    var environment = Map.of("DATABASE_URL", "mysql://u:hunter2@db/x");

    assertThatThrownBy(() -> Settings.read(Settings.DEFAULTS, environment))
        .isInstanceOf(StartFailure.class)
        .hasMessageContaining("DATABASE_URL is not the address of a PostgreSQL")
        .hasMessageNotContaining("hunter2");
  }

  @Test
  void aMalformedSmtpServerOrSenderIsRefusedWithoutRepeatingThePassword() {
    assertThatThrownBy(
            () -> Settings.read(Settings.DEFAULTS, Map.of("SMTP_URL", "http://u:hunter2@mail")))
        .isInstanceOf(StartFailure.class)
        .hasMessageContaining("SMTP_URL is not the address of an SMTP server")
        .hasMessageNotContaining("hunter2");
    assertThatThrownBy(
            () -> Settings.read(Settings.DEFAULTS, Map.of("CHATFLOW_MAIL_FROM", "Me <a@b>")))
        .hasMessage("CHATFLOW_MAIL_FROM must be an e-mail address.");
  }

  @Test
  void everyVariableIsDescribedInTheSettingsFile() throws IOException {
    var file = Files.readString(Path.of("src/main/resources/chatflow.yml"));

    for (var setting : EnvironmentSetting.values()) {
      assertThat(file).contains(setting.name());
    }
  }

  @Test
  void secretsAreNotPrinted() {
    var settings =
        Settings.read(Settings.DEFAULTS, Map.of("DATABASE_URL", "postgres://u:hunter2@db/x"));

    assertThat(settings.database().toString()).doesNotContain("hunter2").contains("***");
  }

  private ChatFlowConfiguration read(String yaml, Map<String, String> environment)
      throws IOException {
    var file = Files.writeString(temporary.resolve("settings.yml"), yaml);
    return Settings.read(file.toString(), environment);
  }
}
