package ai.chatflow.load;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/// The database seen from outside, as its owner: what is stored is counted, not believed.
public final class Sql implements AutoCloseable {
  private final Connection connection;

  public Sql(int port, String database, String password) {
    try {
      connection =
          DriverManager.getConnection(
              "jdbc:postgresql://127.0.0.1:%d/%s".formatted(port, database), "chatflow", password);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  public void run(String statements) {
    try (var statement = connection.createStatement()) {
      statement.execute(statements);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  public long number(String query) {
    try (var statement = connection.createStatement();
        var rows = statement.executeQuery(query)) {
      rows.next();
      return rows.getLong(1);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  public List<String> lines(String query) {
    try (var statement = connection.createStatement();
        var rows = statement.executeQuery(query)) {
      var lines = new ArrayList<String>();
      while (rows.next()) {
        lines.add(rows.getString(1));
      }
      return lines;
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    try {
      connection.close();
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }
}
