package ai.chatflow.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// One PostgreSQL for all test JVMs of a build, in `target/test-postgres`. Each JVM holds a shared
/// lock on `users` while it lives. The first to come starts the server (or adopts one that runs),
/// the last to go stops it, or a watchdog does when the last was killed.
final class TestPostgres {
  private static final Map<String, String> SETTINGS =
      Map.of(
          "fsync", "off",
          "full_page_writes", "off",
          "synchronous_commit", "off",
          "max_connections", "300",
          "listen_addresses", "127.0.0.1",
          "unix_socket_directories", "",
          "max_wal_size", "512MB",
          "timezone", "UTC");

  private static final TestPostgres INSTANCE = start();

  private final Path home;
  private final FileLock use;
  private final Process watchdog;
  private final int port;

  private TestPostgres(Path home, FileLock use, Process watchdog, int port) {
    this.home = home;
    this.use = use;
    this.watchdog = watchdog;
    this.port = port;
  }

  static TestPostgres shared() {
    return INSTANCE;
  }

  String jdbcUrl(String database) {
    return "jdbc:postgresql://127.0.0.1:" + port + "/" + database;
  }

  Connection connect(String database) throws SQLException {
    return DriverManager.getConnection(jdbcUrl(database), "postgres", "");
  }

  /// Runs the work while no other JVM does the same.
  <T> T exclusively(Work<T> work) throws IOException, SQLException {
    try (FileChannel channel = UnusedPostgres.channel(home.resolve("start"));
        FileLock _ = channel.lock()) {
      return work.run();
    }
  }

  interface Work<T> {
    T run() throws IOException, SQLException;
  }

  private static TestPostgres start() {
    Path home = Path.of(System.getProperty("chatflow.test.postgres", "target/test-postgres"));
    try {
      Files.createDirectories(home);
      Path root = home.toRealPath();
      try (FileChannel channel = UnusedPostgres.channel(root.resolve("start"));
          FileLock _ = channel.lock()) {
        PostgresBinaries.unpacked(root);
        FileChannel users = UnusedPostgres.channel(root.resolve("users"));
        FileLock alone = users.tryLock();
        int port = running(root).orElseGet(() -> launch(root));
        if (alone != null) {
          dropLeftovers(port);
          alone.release();
        }
        FileLock use = users.lock(0, Long.MAX_VALUE, true);
        var postgres = new TestPostgres(root, use, UnusedPostgres.afterDeath(root), port);
        Runtime.getRuntime().addShutdownHook(new Thread(postgres::leave, "leave-test-postgres"));
        return postgres;
      }
    } catch (IOException | SQLException e) {
      throw new IllegalStateException("the test PostgreSQL did not start; look in " + home, e);
    }
  }

  private static java.util.Optional<Integer> running(Path home) throws IOException {
    Path pidFile = home.resolve("data/postmaster.pid");
    if (!Files.exists(pidFile)) {
      return java.util.Optional.empty();
    }
    List<String> lines = Files.readAllLines(pidFile);
    if (lines.size() < 4) {
      return java.util.Optional.empty();
    }
    int port = Integer.parseInt(lines.get(3).strip());
    try (Connection connection =
            DriverManager.getConnection(
                "jdbc:postgresql://127.0.0.1:" + port + "/postgres?connectTimeout=2",
                "postgres",
                "");
        var rows = connection.createStatement().executeQuery("show data_directory")) {
      rows.next();
      return Path.of(rows.getString(1)).equals(home.resolve("data"))
          ? java.util.Optional.of(port)
          : java.util.Optional.empty();
    } catch (SQLException _) {
      return java.util.Optional.empty();
    }
  }

  private static int launch(Path home) {
    try {
      Path data = home.resolve("data");
      if (!Files.exists(data.resolve("initialized"))) {
        PostgresBinaries.delete(data);
        PostgresBinaries.run(
            home,
            "initdb",
            List.of(
                "-D",
                data.toString(),
                "-U",
                "postgres",
                "-A",
                "trust",
                "-E",
                "UTF8",
                "--locale=C.UTF-8",
                "--no-sync"));
        Files.writeString(data.resolve("initialized"), "");
      }
      int port = freePort();
      var options = new StringBuilder("-p " + port);
      SETTINGS.forEach((name, value) -> options.append(" -c " + name + "='" + value + "'"));
      PostgresBinaries.run(
          home,
          "pg_ctl",
          List.of(
              "-D",
              data.toString(),
              "-l",
              home.resolve("postgres.log").toString(),
              "-o",
              options.toString(),
              "-w",
              "-t",
              "60",
              "start"));
      return port;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void dropLeftovers(int port) throws SQLException {
    String url = "jdbc:postgresql://127.0.0.1:" + port + "/postgres";
    try (Connection connection = DriverManager.getConnection(url, "postgres", "");
        var statement = connection.createStatement()) {
      var names = new ArrayList<String>();
      try (var rows =
          statement.executeQuery("select datname from pg_database where datname like 'test\\_%'")) {
        while (rows.next()) {
          names.add(rows.getString(1));
        }
      }
      for (String name : names) {
        statement.execute("drop database if exists \"" + name + "\" with (force)");
      }
    }
  }

  private void leave() {
    watchdog.destroyForcibly();
    try {
      use.release();
      UnusedPostgres.stop(home);
    } catch (IOException e) {
      System.err.println("The test PostgreSQL was not stopped: " + e.getMessage());
    }
  }

  private static int freePort() throws IOException {
    try (var socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }
}
