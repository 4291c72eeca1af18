package ai.chatflow.app;

import ai.chatflow.app.config.StartFailure;
import ai.chatflow.platform.crypto.MasterKey;
import ai.chatflow.platform.db.DatabaseRoles;
import ai.chatflow.platform.db.DatabaseUrl;
import ai.chatflow.platform.db.Migrator;
import java.sql.SQLException;
import liquibase.exception.LiquibaseException;
import org.postgresql.ds.PGSimpleDataSource;

/// The roles and tables in the database.
final class Schema {
  private Schema() {}

  /// Creates them or brings them up to date; changes nothing when they are.
  ///
  /// @throws StartFailure when the database cannot be reached or does not allow it
  static void migrate(Databases databases) {
    var url = DatabaseUrl.parse(databases.url().reveal());
    var owner = new PGSimpleDataSource();
    owner.setURL(url.jdbcUrl());
    owner.setUser(url.user());
    owner.setPassword(url.password());
    owner.setConnectTimeout(10);
    try {
      new DatabaseRoles(MasterKey.fromBase64(databases.masterKey().reveal())).ensure(owner);
      new Migrator(owner).migrate();
    } catch (SQLException e) {
      throw new StartFailure(
          "The database of DATABASE_URL cannot be migrated: " + e.getMessage(), e);
    } catch (LiquibaseException e) {
      throw new StartFailure("A migration failed: " + e.getMessage(), e);
    }
  }
}
