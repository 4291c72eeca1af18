package ai.chatflow.testing;

import ai.chatflow.app.App;
import ai.chatflow.app.Databases;
import ai.chatflow.app.config.ChatFlowConfiguration;
import ai.chatflow.app.config.SettingsReader;
import ai.chatflow.app.embedded.Binaries;
import ai.chatflow.app.embedded.EmbeddedRedis;
import ai.chatflow.platform.ids.IdGenerator;
import ai.chatflow.tenancy.Bootstrap;
import ai.chatflow.testing.contract.AnswerCheck;
import ai.chatflow.testing.telegram.TelegramSimulator;
import ai.chatflow.testing.twilio.TwilioSimulator;
import ai.chatflow.testing.whatsapp.GraphSimulator;
import io.dropwizard.configuration.ConfigurationException;
import io.dropwizard.core.Application;
import io.dropwizard.core.setup.Environment;
import io.dropwizard.jackson.Jackson;
import io.dropwizard.jersey.validation.Validators;
import io.dropwizard.testing.DropwizardTestSupport;
import jakarta.servlet.DispatcherType;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.sql.SQLException;
import java.time.Instant;
import java.time.InstantSource;
import java.time.OffsetDateTime;
import java.util.Base64;
import java.util.EnumSet;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.extension.ExtensionContext;

/// The server as it runs in production, in this JVM: a database of its own, a real Redis, ports
/// that were free, and a simulated Graph API. Every answer of an operation is held against the
/// contract. All test classes of a JVM share one; each has a workspace of its own
/// (`TestWorkspace`).
public final class TestServer implements AutoCloseable {
  /// The account that the simulated Graph API plays.
  public static final GraphSimulator.Account ACCOUNT =
      new GraphSimulator.Account("graph-token", "700100200300400", "800100200300400", "app-secret");

  private static final HttpClient HTTP = HttpClient.newHttpClient();
  private static final AtomicInteger STARTED = new AtomicInteger();
  private static final String SETTINGS = "logging: {level: WARN}";

  private final TestDatabase database;
  private final GraphSimulator graph;
  private final TelegramSimulator telegram;
  private final TwilioSimulator twilio;
  private final AnswerCheck answers = new AnswerCheck();
  private final EmbeddedRedis redis;
  private final Path media =
      Path.of("target", "test-media-" + ProcessHandle.current().pid() + "-" + STARTED.get())
          .toAbsolutePath();
  private final URI url;
  private final DropwizardTestSupport<ChatFlowConfiguration> support;

  private TestServer() throws IOException {
    this.database = TestDatabase.create();
    this.graph = new GraphSimulator(ACCOUNT, 0, null);
    this.telegram = new TelegramSimulator(0);
    this.twilio = new TwilioSimulator(0);
    this.redis =
        EmbeddedRedis.start(
            Path.of(
                    "target",
                    "test-redis-" + ProcessHandle.current().pid() + "-" + STARTED.incrementAndGet())
                .toAbsolutePath(),
            new Binaries(Path.of("target", "embedded-programs").toAbsolutePath()),
            new SecureRandom());
    this.url = URI.create("http://127.0.0.1:" + freePort());
    this.support = support(settings());
    try {
      support.before();
    } catch (Exception e) {
      throw new IllegalStateException("the server did not start", e);
    }
  }

  /// The one of this JVM, started when it is first asked for and stopped after the last test.
  public static TestServer shared(ExtensionContext context) {
    return context
        .getRoot()
        .getStore(ExtensionContext.Namespace.GLOBAL)
        .getOrComputeIfAbsent(TestServer.class, _ -> start(), TestServer.class);
  }

  /// One of a test's own, to be stopped by it.
  public static TestServer another() {
    return start();
  }

  private static TestServer start() {
    try {
      return new TestServer();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public URI url() {
    return url;
  }

  /// Where health, readiness and metrics are.
  public URI adminUrl() {
    return URI.create("http://127.0.0.1:" + support.getAdminPort());
  }

  /// An answer of the admin port.
  public HttpResponse<String> admin(String path) {
    try {
      return HTTP.send(
          HttpRequest.newBuilder(adminUrl().resolve(path)).build(),
          HttpResponse.BodyHandlers.ofString());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /// The value of a gauge without labels.
  public double gauge(String name) {
    return admin("/metrics")
        .body()
        .lines()
        .filter(line -> line.startsWith(name + " "))
        .mapToDouble(line -> Double.parseDouble(line.substring(name.length() + 1)))
        .findFirst()
        .orElseThrow();
  }

  public TestDatabase database() {
    return database;
  }

  /// What stands where Meta's Graph API would.
  public GraphSimulator graph() {
    return graph;
  }

  /// What stands where Telegram would.
  public TelegramSimulator telegram() {
    return telegram;
  }

  /// What stands where Twilio would.
  public TwilioSimulator twilio() {
    return twilio;
  }

  /// Where the contents of media are.
  public Path mediaFolder() {
    return media;
  }

  public AnswerCheck answers() {
    return answers;
  }

  /// A new workspace with its test twin and keys that may do everything.
  public Bootstrap.Credentials newWorkspace(String name) {
    var clock = InstantSource.system();
    var random = new SecureRandom();
    return new Bootstrap(database.db(), new IdGenerator(clock, random), clock, random)
        .run(name, name);
  }

  /// Moves time for messages whose outcome is unknown: the provider's echo has not come.
  public void letTheEchoesStayAway() {
    owner(
        "update send_queue set settle_at = now() where state = 'unknown'",
        "update lane set due_at = now() where due_at is not null and kind = 'send'");
  }

  /// The server's time, which is the database's.
  public Instant now() {
    try (var connection = database.admin().getConnection();
        var statement = connection.createStatement();
        var row = statement.executeQuery("select clock_timestamp()")) {
      row.next();
      return row.getObject(1, OffsetDateTime.class).toInstant();
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  /// Runs SQL as the owner of the tables.
  public void owner(String... statements) {
    try (var connection = database.admin().getConnection();
        var statement = connection.createStatement()) {
      for (var sql : statements) {
        statement.execute(sql);
      }
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  private ChatFlowConfiguration settings() {
    var environment =
        Map.ofEntries(
            Map.entry("CHATFLOW_BIND", "127.0.0.1"),
            Map.entry("CHATFLOW_PORT", String.valueOf(url.getPort())),
            Map.entry("CHATFLOW_ADMIN_PORT", "0"),
            Map.entry("CHATFLOW_PUBLIC_URL", url.toString()),
            Map.entry("CHATFLOW_LOG_FORMAT", "text"),
            Map.entry("CHATFLOW_MASTER_KEY", Base64.getEncoder().encodeToString(new byte[32])),
            Map.entry("CHATFLOW_WHATSAPP_CLOUD_BASE_URL", graph.url().toString()),
            Map.entry("CHATFLOW_TELEGRAM_BASE_URL", telegram.url().toString()),
            Map.entry("CHATFLOW_TWILIO_BASE_URL", twilio.url().toString()),
            Map.entry("CHATFLOW_EGRESS_ALLOWED", "127.0.0.0/8"),
            Map.entry("CHATFLOW_MEDIA_FOLDER", media.toString()),
            Map.entry("CHATFLOW_MEDIA_MAX_MEGABYTES", "2"),
            Map.entry(
                "DATABASE_URL",
                database.url().jdbcUrl().replace("jdbc:postgresql://", "postgres://postgres:@")),
            Map.entry("REDIS_URL", redis.url()));
    try {
      return new SettingsReader(Validators.newValidator(), Jackson.newObjectMapper(), environment)
          .build(_ -> new ByteArrayInputStream(SETTINGS.getBytes(StandardCharsets.UTF_8)), "test");
    } catch (IOException | ConfigurationException e) {
      throw new IllegalStateException("the settings of the test server are not valid", e);
    }
  }

  private DropwizardTestSupport<ChatFlowConfiguration> support(ChatFlowConfiguration settings) {
    var databases = Databases.open(settings, InstantSource.system(), new SecureRandom(), () -> {});
    var support =
        new DropwizardTestSupport<>(App.class, settings) {
          @Override
          public Application<ChatFlowConfiguration> newApplication() {
            return new App(databases);
          }
        };
    return support.addListener(
        new DropwizardTestSupport.ServiceListener<>() {
          @Override
          public void onRun(
              ChatFlowConfiguration configuration,
              Environment environment,
              DropwizardTestSupport<ChatFlowConfiguration> running) {
            environment
                .servlets()
                .addFilter("answer-check", answers)
                .addMappingForUrlPatterns(EnumSet.of(DispatcherType.REQUEST), false, "/v1/*");
          }
        });
  }

  private static int freePort() throws IOException {
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  @Override
  public void close() {
    support.after();
    graph.close();
    telegram.close();
    twilio.close();
    redis.close();
    database.close();
  }
}
