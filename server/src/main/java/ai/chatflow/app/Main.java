package ai.chatflow.app;

import ai.chatflow.app.config.StartFailure;
import java.io.PrintStream;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;

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
        demo       play a conversation on the sandbox channel of the running server

      Settings: a YAML file (--config or CHATFLOW_CONFIG) and the environment.\
      """;

  private final Map<String, String> environment;
  private final PrintStream errors;

  Main(Map<String, String> environment, PrintStream errors) {
    this.environment = environment;
    this.errors = errors;
  }

  public static void main(String[] arguments) {
    // A server that started keeps the process alive by its own threads.
    var status = new Main(System.getenv(), System.err).run(List.of(arguments));
    if (status != 0) {
      System.exit(status);
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
    var databases =
        Databases.open(
            configuration,
            InstantSource.system(),
            new SecureRandom(),
            () -> Ports.requireFree(configuration));
    try {
      new App(databases).run("server", path);
    } catch (Exception e) {
      databases.close();
      throw new IllegalStateException("the server could not be started", e);
    }
  }

  private Optional<String> fromEnvironment(String name) {
    return Optional.ofNullable(environment.get(name)).filter(value -> !value.isBlank());
  }
}
