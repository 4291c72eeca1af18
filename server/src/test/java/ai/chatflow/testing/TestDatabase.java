package ai.chatflow.testing;

import ai.chatflow.platform.crypto.MasterKey;
import ai.chatflow.platform.db.DatabaseRoles;
import ai.chatflow.platform.db.DatabaseUrl;
import ai.chatflow.platform.db.Db;
import ai.chatflow.platform.db.Migrator;
import ai.chatflow.platform.db.PoolSettings;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;
import liquibase.exception.LiquibaseException;
import org.postgresql.ds.PGSimpleDataSource;

/// A migrated database of a test class's own: a clone of a template that is migrated once per set
/// of migrations. `db()` logs in as the server does, `admin()` as the owner, past row-level
/// security.
public final class TestDatabase implements AutoCloseable {
  public static final MasterKey MASTER_KEY = new MasterKey(new byte[32]);

  private static final AtomicInteger COUNT = new AtomicInteger();
  private static final int POOL = 8;

  private final String name;
  private final List<Db> opened = new ArrayList<>();
  private final Db db;

  private TestDatabase(String name) {
    this.name = name;
    this.db = openDb();
  }

  public static TestDatabase create() {
    TestPostgres postgres = TestPostgres.shared();
    String name = "test_" + ProcessHandle.current().pid() + "_" + COUNT.incrementAndGet();
    try {
      String template = postgres.exclusively(() -> template(postgres));
      execute("postgres", "create database " + name + " template " + template);
      return new TestDatabase(name);
    } catch (IOException | SQLException e) {
      throw new IllegalStateException("no test database", e);
    }
  }

  /// The two pools of the server.
  public Db db() {
    return db;
  }

  /// Another pair of pools on the same database, as a second node has them; closed with this.
  public Db openDb() {
    var roles = new DatabaseRoles(MASTER_KEY);
    Db another =
        Db.open(
            PoolSettings.of("request", roles.login(url(), DatabaseRoles.REQUEST), POOL),
            PoolSettings.of("worker", roles.login(url(), DatabaseRoles.WORKER), POOL),
            new SplittableRandom(1));
    opened.add(another);
    return another;
  }

  /// Connections of the owner, who is a superuser.
  public DataSource admin() {
    return adminOf(name);
  }

  /// Where the owner finds this database.
  public DatabaseUrl url() {
    return new DatabaseUrl(TestPostgres.shared().jdbcUrl(name), "postgres", "");
  }

  @Override
  public void close() {
    opened.forEach(Db::close);
    try {
      execute("postgres", "drop database " + name + " with (force)");
    } catch (SQLException e) {
      throw new IllegalStateException("the test database was not dropped", e);
    }
  }

  private static String template(TestPostgres postgres) throws SQLException, IOException {
    String template = "template_" + migrationsHash();
    try (Connection connection = postgres.connect("postgres");
        var statement = connection.createStatement();
        var rows =
            statement.executeQuery(
                "select 1 from pg_database where datname = '" + template + "'")) {
      if (rows.next()) {
        return template;
      }
    }
    String half = "half_" + template;
    execute("postgres", "drop database if exists " + half + " with (force)");
    execute("postgres", "create database " + half);
    new DatabaseRoles(MASTER_KEY).ensure(adminOf(half));
    try {
      new Migrator(adminOf(half)).migrate();
    } catch (LiquibaseException e) {
      throw new IllegalStateException("the migrations failed", e);
    }
    execute("postgres", "alter database " + half + " rename to " + template);
    return template;
  }

  private static String migrationsHash() throws IOException {
    try {
      var folder =
          Path.of(TestDatabase.class.getResource("/db/changelog.yaml").toURI()).getParent();
      var digest = MessageDigest.getInstance("SHA-256");
      try (var files = Files.walk(folder)) {
        for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
          digest.update(file.getFileName().toString().getBytes(StandardCharsets.UTF_8));
          digest.update(Files.readAllBytes(file));
        }
      }
      return HexFormat.of().formatHex(digest.digest(), 0, 8);
    } catch (URISyntaxException | NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  private static DataSource adminOf(String database) {
    var source = new PGSimpleDataSource();
    source.setUrl(TestPostgres.shared().jdbcUrl(database));
    source.setUser("postgres");
    source.setPassword("");
    return source;
  }

  private static void execute(String database, String sql) throws SQLException {
    try (Connection connection = TestPostgres.shared().connect(database);
        var statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }
}
