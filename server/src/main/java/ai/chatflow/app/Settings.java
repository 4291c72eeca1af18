package ai.chatflow.app;

import ai.chatflow.app.config.ChatFlowConfiguration;
import ai.chatflow.app.config.SettingsReader;
import ai.chatflow.app.config.StartFailure;
import io.dropwizard.configuration.ConfigurationException;
import io.dropwizard.configuration.ConfigurationSourceProvider;
import io.dropwizard.jackson.Jackson;
import io.dropwizard.jersey.validation.Validators;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;

/// Where settings come from: a file of the operator, or only the packaged defaults and the
/// environment.
final class Settings {
  /// Stands for "no file" where Dropwizard wants a path.
  static final String DEFAULTS = "chatflow.yml";

  private Settings() {}

  static ConfigurationSourceProvider source() {
    return path ->
        path.equals(DEFAULTS) && !Files.exists(Path.of(path))
            ? new ByteArrayInputStream("{}".getBytes(StandardCharsets.UTF_8))
            : Files.newInputStream(Path.of(path));
  }

  /// @throws StartFailure with what is wrong in the settings and what to do
  static ChatFlowConfiguration read(String path, Map<String, String> environment) {
    var reader =
        new SettingsReader(Validators.newValidator(), Jackson.newObjectMapper(), environment);
    try {
      return reader.build(source(), path);
    } catch (NoSuchFileException e) {
      throw new StartFailure("There is no settings file " + path + ".", e);
    } catch (IOException e) {
      throw rootFailure(e, "The settings file " + path + " cannot be read: " + e.getMessage());
    } catch (ConfigurationException e) {
      throw rootFailure(
          e,
          String.valueOf(e.getMessage()).strip()
              + "\nCorrect or remove the key; chatflow.yml inside the server's jar describes each"
              + " of them.");
    }
  }

  private static StartFailure rootFailure(Exception e, String otherwise) {
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      if (cause instanceof StartFailure failure) {
        return failure;
      }
    }
    return new StartFailure(otherwise, e);
  }
}
