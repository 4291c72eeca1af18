package ai.chatflow.app;

import static org.assertj.core.api.Assertions.assertThat;

import ai.chatflow.platform.db.Migrator;
import ai.chatflow.testing.TestDatabase;
import java.sql.SQLException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

class ReadinessIT {
  private final AtomicBoolean working = new AtomicBoolean(true);

  @Test
  void aNodeWithAMigratedDatabaseThatWorksItsLanesIsReady() {
    try (var database = TestDatabase.create()) {
      assertThat(readiness(database).obstacles()).isEmpty();
    }
  }

  @Test
  void aMissingMigrationIsNamedUntilItIsApplied() throws SQLException {
    try (var database = TestDatabase.create()) {
      var readiness = readiness(database);
      execute(database, "update databasechangelog set id = 'x' where id like '%create-flows'");

      assertThat(readiness.obstacles())
          .containsExactly("Migrations are missing: 202611231030-create-flows.");

      execute(
          database, "update databasechangelog set id = '202611231030-create-flows' where id = 'x'");

      assertThat(readiness.obstacles()).isEmpty();
    }
  }

  @Test
  void anEmptyDatabaseLacksEveryMigration() throws SQLException {
    try (var database = TestDatabase.create()) {
      execute(database, "drop table databasechangelog");

      assertThat(new Migrator(database.admin()).missing())
          .contains("202611230900-create-kernel", "202611231030-create-flows");
    }
  }

  @Test
  void aNodeThatDoesNotWorkItsLanesOrLostItsDatabaseIsNotReady() {
    var database = TestDatabase.create();
    var readiness = readiness(database);
    working.set(false);

    assertThat(readiness.obstacles()).singleElement().asString().contains("lanes");

    database.close();

    assertThat(readiness.obstacles())
        .hasSize(2)
        .first()
        .isEqualTo("The database cannot be reached.");
  }

  private Readiness readiness(TestDatabase database) {
    return new Readiness(
        database.db().requestDataSource(),
        () -> new Migrator(database.admin()).missing(),
        working::get);
  }

  private static void execute(TestDatabase database, String sql) throws SQLException {
    try (var connection = database.admin().getConnection();
        var statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }
}
