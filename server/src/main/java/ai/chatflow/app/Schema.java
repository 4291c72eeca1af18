package ai.chatflow.app;

import ai.chatflow.app.config.StartFailure;
import ai.chatflow.platform.crypto.MasterKey;
import ai.chatflow.platform.db.DatabaseRoles;
import ai.chatflow.platform.db.DatabaseUrl;
import ai.chatflow.platform.db.Migrator;
import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.sql.SQLException;
import java.util.List;
import liquibase.exception.LiquibaseException;

/// The roles and tables in the database.
final class Schema {
  private Schema() {}

  /// Creates them or brings them up to date; changes nothing when they are.
  ///
  /// @throws StartFailure when the database cannot be reached or does not allow it
  static void migrate(Databases databases) {
    var url = DatabaseUrl.parse(databases.url().reveal());
    try (var owner = ownerPool(url)) {
      new DatabaseRoles(MasterKey.fromBase64(databases.masterKey().reveal())).ensure(owner);
      new Migrator(owner).migrate();
    } catch (SQLException e) {
      throw new StartFailure(
          "The database of DATABASE_URL cannot be migrated: " + e.getMessage(), e);
    } catch (LiquibaseException e) {
      throw new StartFailure("A migration failed: " + e.getMessage(), e);
    }
  }

  /// The migrations of this version that the database has not seen.
  static List<String> missing(Databases databases) throws SQLException {
    try (var owner = ownerPool(DatabaseUrl.parse(databases.url().reveal()))) {
      return new Migrator(owner).missing();
    }
  }

  private static HikariDataSource ownerPool(DatabaseUrl url) {
    var settings = new HikariConfig();
    settings.setPoolName("owner");
    settings.setJdbcUrl(url.jdbcUrl());
    settings.setUsername(url.user());
    settings.setPassword(url.password());
    settings.setMaximumPoolSize(1);
    settings.setConnectionTimeout(10_000);
    settings.setInitializationFailTimeout(-1);
    return new HikariDataSource(settings);
  }
}
