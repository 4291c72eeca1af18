package ai.chatflow.app.embedded;

import ai.chatflow.app.config.StartFailure;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.locks.LockSupport;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A durable PostgreSQL on the loopback address whose files lie in the data folder. It outlives a
/// killed server and is adopted by the next one; while the server runs it is brought back when it
/// dies. Not thread-safe by itself: the constructor's thread first, then the [Watch].
public final class EmbeddedPostgreSql implements AutoCloseable {
  /// The name of the database inside the cluster.
  public static final String DATABASE = "chatflow";

  private static final Logger LOG = LoggerFactory.getLogger(EmbeddedPostgreSql.class);
  private static final int START_ATTEMPTS = 20;
  private static final Duration BETWEEN_ATTEMPTS = Duration.ofMillis(250);
  private static final String LOGIN_TIMEOUT_SECONDS = "10";

  private final PostgreSqlCluster cluster;
  private final RandomGenerator random;
  private final int port;
  private volatile RunningPostmaster postmaster;
  private final Watch watch;

  private EmbeddedPostgreSql(
      PostgreSqlCluster cluster, RandomGenerator random, RunningPostmaster postmaster) {
    this.cluster = cluster;
    this.random = random;
    this.postmaster = postmaster;
    this.port = postmaster.port();
    this.watch = new Watch("postgresql", () -> this.postmaster.process().alive(), this::restart);
  }

  /// Makes the cluster when there is none, adopts the postmaster that a killed server left or
  /// starts one, and returns when the database answers.
  ///
  /// @param home the folder of the cluster, password and log
  public static EmbeddedPostgreSql start(Path home, Binaries binaries, RandomGenerator random) {
    try {
      var cluster = PostgreSqlCluster.openOrCreate(home, binaries, random);
      var adopted = adopt(cluster);
      var postmaster = adopted.isPresent() ? adopted.get() : startPatiently(cluster, random);
      createDatabase(cluster, postmaster.port());
      return new EmbeddedPostgreSql(cluster, random, postmaster);
    } catch (IOException | SQLException e) {
      throw new StartFailure(
          "The embedded PostgreSQL in %s does not start: %s".formatted(home, e.getMessage()), e);
    }
  }

  private static Optional<RunningPostmaster> adopt(PostgreSqlCluster cluster) throws IOException {
    var running = cluster.running();
    if (running.isEmpty()) {
      return running;
    }
    if (cluster.hasCurrentSettings(running.get()) && answers(cluster, running.get().port())) {
      LOG.atInfo()
          .addKeyValue("pid", running.get().process().pid())
          .log("adopted the PostgreSQL that an earlier server left running");
      return running;
    }
    cluster.stop("fast");
    return Optional.empty();
  }

  private static boolean answers(PostgreSqlCluster cluster, int port) {
    try (var connection = connect(cluster, port, "postgres");
        var statement = connection.createStatement();
        var row = statement.executeQuery("show data_directory")) {
      return row.next() && row.getString(1).equals(cluster.data().toString());
    } catch (SQLException e) {
      LOG.warn("the PostgreSQL that was left running does not answer: {}", e.getMessage());
      return false;
    }
  }

  /// After `kill -9` of the postmaster its children hold the shared memory for a moment, and the
  /// port may have gone to someone else between the look and the start: both go away by trying.
  private static RunningPostmaster startPatiently(PostgreSqlCluster cluster, RandomGenerator random)
      throws IOException {
    for (var attempt = 1; ; attempt++) {
      try {
        return cluster.start(random);
      } catch (IOException e) {
        if (attempt == START_ATTEMPTS) {
          throw e;
        }
        LOG.debug("PostgreSQL did not start at attempt {}", attempt, e);
        LockSupport.parkNanos(BETWEEN_ATTEMPTS.toNanos());
      }
    }
  }

  private static void createDatabase(PostgreSqlCluster cluster, int port) throws SQLException {
    try (var connection = connect(cluster, port, "postgres");
        var statement = connection.createStatement()) {
      try (var row =
          statement.executeQuery("select 1 from pg_database where datname = '" + DATABASE + "'")) {
        if (row.next()) {
          return;
        }
      }
      statement.execute("create database " + DATABASE);
    }
  }

  private static Connection connect(PostgreSqlCluster cluster, int port, String database)
      throws SQLException {
    var login = new Properties();
    login.setProperty("user", PostgreSqlCluster.SUPERUSER);
    login.setProperty("password", cluster.password());
    login.setProperty("connectTimeout", LOGIN_TIMEOUT_SECONDS);
    login.setProperty("loginTimeout", LOGIN_TIMEOUT_SECONDS);
    return DriverManager.getConnection(
        "jdbc:postgresql://127.0.0.1:%d/%s".formatted(port, database), login);
  }

  private void restart() throws IOException {
    LOG.warn("PostgreSQL is gone, starting it again");
    var again = cluster.running();
    var started = again.isPresent() ? again.get() : cluster.start(random);
    if (started.port() != port) {
      cluster.stop("fast");
      throw new IOException("port " + port + " was taken by another program");
    }
    postmaster = started;
    LOG.atInfo().addKeyValue("pid", started.process().pid()).log("PostgreSQL is back");
  }

  /// The port on 127.0.0.1.
  public int port() {
    return port;
  }

  public String user() {
    return PostgreSqlCluster.SUPERUSER;
  }

  public String password() {
    return cluster.password();
  }

  /// The address of the database without login.
  public String jdbcUrl() {
    return "jdbc:postgresql://127.0.0.1:%d/%s".formatted(port, DATABASE);
  }

  /// The address with its login: `postgres://user:password@host:port/database`.
  public String url() {
    return "postgres://%s:%s@127.0.0.1:%d/%s".formatted(user(), password(), port, DATABASE);
  }

  /// The process id of the postmaster; another one after a crash.
  long pid() {
    return postmaster.process().pid();
  }

  /// Lets go of PostgreSQL and leaves it running, as a killed server does.
  void abandon() {
    watch.close();
  }

  /// Stops watching and shuts PostgreSQL down, ending what is still connected.
  @Override
  public void close() {
    watch.close();
    try {
      cluster.stop("fast");
    } catch (IOException e) {
      LOG.error("PostgreSQL could not be stopped", e);
    }
  }
}
