package ai.chatflow.app;

import ai.chatflow.app.config.ChatFlowConfiguration;
import ai.chatflow.app.config.StartFailure;
import ai.chatflow.app.config.StructuredLogFactory;
import ai.chatflow.app.demo.Demo;
import ai.chatflow.platform.http.Contract;
import ai.chatflow.sdk.ChatFlowClient;
import ai.chatflow.sdk.errors.ConnectionException;
import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import io.dropwizard.logging.common.BootstrapLogging;
import io.dropwizard.logging.common.layout.DiscoverableLayoutFactory;
import java.io.PrintStream;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.LoggerFactory;

/// The entry of the jar: `java -jar chatflow-server.jar <command>`. The `chatflow` launcher calls
/// the same commands.
public final class Main {
  private static final String USAGE =
      """
      usage: java -jar chatflow-server.jar <command> [--config FILE]

        server     serve the API
        migrate    create the roles and tables of DATABASE_URL, or bring them up to date
        bootstrap  --organization NAME --workspace NAME
                   create a workspace with its test workspace and print their keys, once

      Settings: a YAML file (--config or CHATFLOW_CONFIG) and the environment.\
      """;

  private final Map<String, String> environment;
  private final PrintStream output;
  private final PrintStream errors;

  Main(Map<String, String> environment, PrintStream output, PrintStream errors) {
    this.environment = environment;
    this.output = output;
    this.errors = errors;
  }

  public static void main(String[] arguments) {
    quietUntilConfigured();
    // A server that started keeps the process alive by its own threads.
    var status = new Main(System.getenv(), System.out, System.err).run(List.of(arguments));
    if (status != 0) {
      System.exit(status);
    }
  }

  /// What is logged before the settings are read has the same form as after.
  private static void quietUntilConfigured() {
    if ("text".equals(System.getenv("CHATFLOW_LOG_FORMAT"))) {
      BootstrapLogging.bootstrap(Level.INFO);
    } else {
      DiscoverableLayoutFactory<ILoggingEvent> json = new StructuredLogFactory();
      BootstrapLogging.bootstrap(Level.INFO, json);
    }
    for (var talkative : List.of("liquibase", "org.hibernate.validator")) {
      if (LoggerFactory.getLogger(talkative) instanceof Logger logger) {
        logger.setLevel(Level.WARN);
      }
    }
  }

  /// Returns the exit status: 0 done (or serving), 1 failed with a sentence, 2 not understood.
  int run(List<String> arguments) {
    try {
      var line = CommandLine.parse(arguments);
      var config = line.option("config").or(() -> fromEnvironment("CHATFLOW_CONFIG"));
      var path = config.orElse(Settings.DEFAULTS);
      switch (line.command()) {
        case "server" -> serve(path);
        case "migrate" -> migrate(path);
        case "bootstrap" ->
            bootstrap(path, line.required("organization"), line.required("workspace"));
        case "demo" -> {
          return demo(path);
        }
        default -> {
          errors.println(USAGE);
          return 2;
        }
      }
      return 0;
    } catch (StartFailure e) {
      errors.println(e.getMessage());
      return 1;
    }
  }

  private void serve(String path) {
    var configuration = Settings.read(path, environment);
    // Reading the contract takes as long as starting the databases, which mostly wait.
    Thread.ofPlatform().daemon().name("contract").start(Contract::load);
    var databases = open(configuration, () -> Ports.requireFree(configuration));
    var served = false;
    try {
      if (databases.embedded()) {
        Schema.migrate(databases);
        var creation = new WorkspaceCreation(databases, configuration.database());
        databases
            .folder()
            .ifPresent(folder -> creation.ensureDemo(folder, localUrl(configuration)));
      }
      new App(databases).run("server", path);
      served = true;
    } catch (StartFailure e) {
      throw e;
    } catch (Exception e) {
      throw new IllegalStateException("the server could not be started", e);
    } finally {
      if (!served) {
        databases.close();
      }
    }
  }

  private void migrate(String path) {
    var configuration = Settings.read(path, environment);
    try (var databases = open(configuration, () -> {})) {
      Schema.migrate(databases);
      output.println("The database is up to date.");
    }
  }

  private void bootstrap(String path, String organization, String workspace) {
    var configuration = Settings.read(path, environment);
    try (var databases = open(configuration, () -> {})) {
      Schema.migrate(databases);
      var made =
          new WorkspaceCreation(databases, configuration.database())
              .create(organization, workspace, configuration.publicUrl().toString());
      output.println(made.toJson());
      errors.println("These keys are shown once. Keep them where secrets are kept.");
    }
  }

  /// Plays against the server that runs on the data folder, with its test key.
  private int demo(String path) {
    var configuration = Settings.read(path, environment);
    var credentials =
        configuration
            .dataFolder()
            .flatMap(Credentials::read)
            .orElseThrow(() -> new StartFailure("There are no keys yet: run ./chatflow up first."));
    var client =
        ChatFlowClient.builder()
            .apiKey(credentials.testKey())
            .baseUrl(credentials.baseUrl())
            .build();
    try {
      return new Demo(client, new SecureRandom(), output).play() ? 0 : 1;
    } catch (ConnectionException e) {
      throw new StartFailure(
          "No server answers at " + credentials.baseUrl() + ": run ./chatflow up first.", e);
    }
  }

  private static String localUrl(ChatFlowConfiguration configuration) {
    return "http://localhost:" + configuration.port();
  }

  private static Databases open(ChatFlowConfiguration configuration, Runnable beforeStart) {
    return Databases.open(configuration, InstantSource.system(), new SecureRandom(), beforeStart);
  }

  private Optional<String> fromEnvironment(String name) {
    return Optional.ofNullable(environment.get(name)).filter(value -> !value.isBlank());
  }
}
