package ai.chatflow.app;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/// Whether this node should be sent requests: its database answers, has all migrations of this
/// version, and the node works its lanes.
final class Readiness {
  private static final int PATIENCE_SECONDS = 2;

  private final Node node;
  private final Databases databases;
  private volatile boolean migrated;

  Readiness(Node node, Databases databases) {
    this.node = node;
    this.databases = databases;
  }

  /// Why it should not; empty when it should.
  List<String> obstacles() {
    var obstacles = new ArrayList<String>();
    try (var connection = node.db().requestDataSource().getConnection()) {
      if (connection.isValid(PATIENCE_SECONDS)) {
        addMissingMigrations(obstacles);
      } else {
        obstacles.add("The database does not answer.");
      }
    } catch (SQLException | RuntimeException e) {
      obstacles.add("The database cannot be reached.");
    }
    if (!node.platform().lanes().working()) {
      obstacles.add("The node does not work its lanes: it starts, stops or lost the database.");
    }
    return obstacles;
  }

  /// Asked until they are there; a later version takes none away.
  private void addMissingMigrations(List<String> obstacles) throws SQLException {
    if (migrated) {
      return;
    }
    var missing = Schema.missing(databases);
    migrated = missing.isEmpty();
    if (!migrated) {
      obstacles.add("Migrations are missing: " + String.join(", ", missing) + ".");
    }
  }
}
