package ai.chatflow.app;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import javax.sql.DataSource;

/// Whether this node should be sent requests: its database answers, has all migrations of this
/// version, and the node works its lanes.
final class Readiness {
  private static final int PATIENCE_SECONDS = 2;

  private final DataSource requests;
  private final Migrations missing;
  private final BooleanSupplier working;
  private volatile boolean migrated;

  /// The migrations that the database lacks.
  interface Migrations {
    List<String> missing() throws SQLException;
  }

  /// @param working whether the node works its lanes
  Readiness(DataSource requests, Migrations missing, BooleanSupplier working) {
    this.requests = requests;
    this.missing = missing;
    this.working = working;
  }

  /// Why it should not; empty when it should.
  List<String> obstacles() {
    var obstacles = new ArrayList<String>();
    try (var connection = requests.getConnection()) {
      if (connection.isValid(PATIENCE_SECONDS)) {
        addMissingMigrations(obstacles);
      } else {
        obstacles.add("The database does not answer.");
      }
    } catch (SQLException | RuntimeException e) {
      obstacles.add("The database cannot be reached.");
    }
    if (!working.getAsBoolean()) {
      obstacles.add("The node does not work its lanes: it starts, stops or lost the database.");
    }
    return obstacles;
  }

  /// Asked until they are there; a later version takes none away.
  private void addMissingMigrations(List<String> obstacles) throws SQLException {
    if (migrated) {
      return;
    }
    var lacking = missing.missing();
    migrated = lacking.isEmpty();
    if (!migrated) {
      obstacles.add("Migrations are missing: " + String.join(", ", lacking) + ".");
    }
  }
}
