package ai.chatflow.platform.db;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;

/// Reads columns as our types.
public final class Rows {
  private Rows() {}

  /// A `timestamptz` that is not null, without the JVM's zone.
  public static Instant instant(ResultSet row, String column) throws SQLException {
    return row.getObject(column, OffsetDateTime.class).toInstant();
  }
}
