package ai.chatflow.platform.db;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.jdbi.v3.core.statement.SqlStatement;
import org.jspecify.annotations.Nullable;

/// A statement of which nothing is to be learned at once. It waits for the next statement of its
/// transaction, or for the commit, and travels with its like in one round trip. The order of
/// statements stays; what one of them fails with is thrown where they are sent.
public final class Later {
  private final String sql;
  private final Reader reader;
  private final List<Value> values = new ArrayList<>();

  /// Reads the rows of a statement that returns some, once it was sent.
  public interface Reader {
    void read(ResultSet rows) throws SQLException;
  }

  /// Reads the row at which a result stands.
  public interface Row<T extends @Nullable Object> {
    T read(ResultSet row) throws SQLException;
  }

  /// @param element the type of an array's elements; null for a single value
  private record Value(String name, @Nullable Class<?> element, @Nullable Object value) {}

  Later(String sql, Reader reader) {
    this.sql = sql;
    this.reader = reader;
  }

  public Later bind(String name, @Nullable Object value) {
    values.add(new Value(name, null, value));
    return this;
  }

  /// @param elements are not copied
  public Later bindArray(String name, Class<?> element, @Nullable Object[] elements) {
    values.add(new Value(name, element, elements));
    return this;
  }

  String sql() {
    return sql;
  }

  Reader reader() {
    return reader;
  }

  void bindTo(SqlStatement<?> statement, String prefix) {
    for (var value : values) {
      if (value.element() == null) {
        statement.bind(prefix + value.name(), value.value());
      } else {
        statement.bindArray(prefix + value.name(), value.element(), (Object[]) value.value());
      }
    }
  }
}
