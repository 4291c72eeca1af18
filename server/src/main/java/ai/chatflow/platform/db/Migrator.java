package ai.chatflow.platform.db;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import javax.sql.DataSource;
import liquibase.Liquibase;
import liquibase.Scope;
import liquibase.UpdateSummaryOutputEnum;
import liquibase.database.DatabaseFactory;
import liquibase.database.jvm.JdbcConnection;
import liquibase.exception.LiquibaseException;
import liquibase.resource.ClassLoaderResourceAccessor;
import liquibase.ui.LoggerUIService;

/// Brings the schema up to date. Any number of nodes may call it at once: one works under a session
/// advisory lock, which a killed node leaves unlocked, and the others wait. Liquibase's own lock
/// table is stale whenever we hold ours.
public final class Migrator {
  private static final String CHANGELOG = "db/changelog.yaml";
  private static final String CHANGES = "db/changes";
  private static final long LOCK = 0x6368_6174_666c_6f77L;
  private static final Duration PATIENCE = Duration.ofMinutes(10);
  private static final Duration LOOK_AGAIN = Duration.ofMillis(100);
  private static final int ATTEMPTS = 10;

  private final DataSource owner;

  /// `owner` logs in as the role that owns the tables; the two roles exist already.
  public Migrator(DataSource owner) {
    this.owner = owner;
  }

  public void migrate() throws SQLException, LiquibaseException {
    try (Connection connection = owner.getConnection()) {
      connection.setAutoCommit(true);
      lock(connection);
      try {
        execute(connection, "set lock_timeout = '5s'");
        update(connection);
      } finally {
        unlock(connection);
      }
    }
  }

  /// The migrations of this version that the database has not seen, in order. A migration has the
  /// id of its file's name.
  public List<String> missing() throws SQLException {
    var applied = new HashSet<String>();
    try (Connection connection = owner.getConnection()) {
      if (ask(connection, "select to_regclass('databasechangelog') is not null")) {
        try (Statement statement = connection.createStatement();
            ResultSet rows = statement.executeQuery("select id from databasechangelog")) {
          while (rows.next()) {
            applied.add(rows.getString(1));
          }
        }
      }
    }
    return known().stream().filter(id -> !applied.contains(id)).toList();
  }

  private static List<String> known() {
    try {
      return new ClassLoaderResourceAccessor()
          .search(CHANGES, false).stream()
              .map(file -> file.getPath().replaceFirst(".*/", ""))
              .filter(name -> name.endsWith(".sql"))
              .map(name -> name.replaceFirst("\\.sql$", ""))
              .sorted()
              .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  // Polling, not waiting: a waiting statement holds a snapshot, which `create index concurrently`
  // on the other node would wait for in turn.
  private static void lock(Connection connection) throws SQLException {
    long start = System.nanoTime();
    while (!ask(connection, "select pg_try_advisory_lock(" + LOCK + ")")) {
      if (System.nanoTime() - start > PATIENCE.toNanos()) {
        throw new IllegalStateException(
            "another node has been migrating the database for "
                + PATIENCE.toMinutes()
                + " minutes; look at its log");
      }
      LockSupport.parkNanos(LOOK_AGAIN.toNanos());
    }
  }

  private static void unlock(Connection connection) throws SQLException {
    if (!connection.isClosed()) {
      connection.setAutoCommit(true);
      ask(connection, "select pg_advisory_unlock(" + LOCK + ")");
    }
  }

  private static void update(Connection connection) throws LiquibaseException {
    var quiet =
        Map.<String, Object>of(
            Scope.Attr.ui.name(), new LoggerUIService(), "liquibase.analytics.enabled", false);
    try {
      Scope.child(quiet, () -> updatePatiently(connection));
    } catch (LiquibaseException e) {
      throw e;
    } catch (Exception e) {
      throw new LiquibaseException(e);
    }
  }

  private static void updatePatiently(Connection connection) throws LiquibaseException {
    var database =
        DatabaseFactory.getInstance()
            .findCorrectDatabaseImplementation(new JdbcConnection(connection));
    for (int attempt = 1; ; attempt++) {
      try {
        var liquibase = new Liquibase(CHANGELOG, new ClassLoaderResourceAccessor(), database);
        liquibase.setShowSummaryOutput(UpdateSummaryOutputEnum.LOG);
        liquibase.forceReleaseLocks();
        liquibase.update("");
        return;
      } catch (LiquibaseException e) {
        if (attempt == ATTEMPTS || !isLockTimeout(e)) {
          throw e;
        }
      }
    }
  }

  private static boolean isLockTimeout(Throwable e) {
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      if (cause instanceof SQLException sql && "55P03".equals(sql.getSQLState())) {
        return true;
      }
    }
    return false;
  }

  private static void execute(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private static boolean ask(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      return rows.next() && rows.getBoolean(1);
    }
  }
}
