package ai.chatflow.platform.db;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Base64;
import java.util.List;
import javax.sql.DataSource;

/// The two login roles of the server. Neither owns a table, is a superuser or passes row-level
/// security by: requests are bound to their workspace, the worker is let through by policy. Their
/// passwords come from the master key, so nobody stores them.
public final class DatabaseRoles {
  public static final String REQUEST = "chatflow_request";
  public static final String WORKER = "chatflow_worker";

  private static final int ATTEMPTS = 10;

  private final KeyDerivation masterKey;

  public DatabaseRoles(KeyDerivation masterKey) {
    this.masterKey = masterKey;
  }

  /// The login of one of the roles at the same database.
  public DatabaseUrl login(DatabaseUrl database, String role) {
    return database.as(role, password(role));
  }

  /// Creates the roles or sets their passwords. May run on several nodes at once, and again at
  /// every start. `owner` is a data source of a role that may create roles; migrations run as it
  /// too.
  public void ensure(DataSource owner) throws SQLException {
    try (Connection connection = owner.getConnection()) {
      connection.setAutoCommit(true);
      for (String role : List.of(REQUEST, WORKER)) {
        ensure(connection, role);
        refuseIfPowerful(connection, role);
      }
    }
  }

  // Roles belong to the cluster, advisory locks to one database: nodes of two databases may meet
  // here, so we try again instead of locking.
  private void ensure(Connection connection, String role) throws SQLException {
    for (int attempt = 1; ; attempt++) {
      String verb = exists(connection, role) ? "alter" : "create";
      try (Statement statement = connection.createStatement()) {
        statement.execute(
            "%s role %s with login password '%s'".formatted(verb, role, password(role)));
        return;
      } catch (SQLException e) {
        if (attempt == ATTEMPTS || !isMetOther(e)) {
          throw e;
        }
      }
    }
  }

  private static boolean isMetOther(SQLException e) {
    return List.of("42710", "23505", "XX000").contains(e.getSQLState());
  }

  private static boolean exists(Connection connection, String role) throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement("select 1 from pg_roles where rolname = ?")) {
      statement.setString(1, role);
      try (ResultSet rows = statement.executeQuery()) {
        return rows.next();
      }
    }
  }

  private static void refuseIfPowerful(Connection connection, String role) throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement(
            "select rolsuper or rolbypassrls from pg_roles where rolname = ?")) {
      statement.setString(1, role);
      try (ResultSet rows = statement.executeQuery()) {
        if (rows.next() && rows.getBoolean(1)) {
          throw new IllegalStateException(
              "the role "
                  + role
                  + " is a superuser or passes row-level security by; run: alter"
                  + " role "
                  + role
                  + " nosuperuser nobypassrls");
        }
      }
    }
  }

  private String password(String role) {
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString(masterKey.derive("database-role/" + role, 32));
  }
}
