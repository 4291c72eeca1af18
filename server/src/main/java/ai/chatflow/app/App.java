package ai.chatflow.app;

import ai.chatflow.app.config.ChatFlowConfiguration;
import ai.chatflow.app.config.SettingsReader;
import com.codahale.metrics.health.HealthCheck;
import io.dropwizard.core.Application;
import io.dropwizard.core.setup.Bootstrap;
import io.dropwizard.core.setup.Environment;
import io.dropwizard.lifecycle.Managed;
import io.dropwizard.lifecycle.ServerLifecycleListener;
import javax.sql.DataSource;

/// The server.
public final class App extends Application<ChatFlowConfiguration> {
  private final Databases databases;

  public App(Databases databases) {
    this.databases = databases;
  }

  @Override
  public String getName() {
    return "chatflow";
  }

  @Override
  public void initialize(Bootstrap<ChatFlowConfiguration> bootstrap) {
    bootstrap.setConfigurationSourceProvider(Settings.source());
    bootstrap.setConfigurationFactoryFactory(
        (_, validator, mapper, _) -> new SettingsReader(validator, mapper, System.getenv()));
  }

  @Override
  public void run(ChatFlowConfiguration configuration, Environment environment) {
    // First to be managed is last to be stopped.
    environment.lifecycle().manage(closing(databases));
    var node = new Node(configuration, databases);
    environment.lifecycle().manage(closing(node));
    new Http(node, configuration.rateLimit(), readiness(node)).register(environment);
    environment
        .healthChecks()
        .register("postgresql", new PostgreSqlCheck(node.db().requestDataSource()));
    environment.lifecycle().addServerLifecycleListener(announcing(configuration));
    environment.lifecycle().addServerLifecycleListener(_ -> node.start());
  }

  private Readiness readiness(Node node) {
    return new Readiness(
        node.db().requestDataSource(),
        () -> Schema.missing(databases),
        node.platform().lanes()::working);
  }

  private ServerLifecycleListener announcing(ChatFlowConfiguration configuration) {
    return server ->
        databases
            .folder()
            .ifPresent(folder -> folder.describe(configuration.port(), configuration.adminPort()));
  }

  private static Managed closing(AutoCloseable resource) {
    return new Managed() {
      @Override
      public void stop() throws Exception {
        resource.close();
      }
    };
  }

  @Override
  protected void bootstrapLogging() {
    // Main has done it in the format of the settings.
  }

  @Override
  protected void onFatalError(Throwable t) {
    databases.close();
    super.onFatalError(t);
  }

  private static final class PostgreSqlCheck extends HealthCheck {
    private final DataSource source;

    PostgreSqlCheck(DataSource source) {
      this.source = source;
    }

    @Override
    protected Result check() throws Exception {
      try (var connection = source.getConnection()) {
        return connection.isValid(1) ? Result.healthy() : Result.unhealthy("no answer");
      }
    }
  }
}
