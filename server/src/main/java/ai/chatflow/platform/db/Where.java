package ai.chatflow.platform.db;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jdbi.v3.core.statement.Query;
import org.jspecify.annotations.Nullable;

/// The conditions of a list in one workspace, of which only those that were asked for become part
/// of the statement. A condition that a null switches off (`:x is null or …`) would have to be
/// planned at each execution, and has no good plan that serves all callers.
public final class Where {
  private final WorkspaceTx tx;
  private final StringBuilder sql = new StringBuilder("\nwhere ");
  private final Map<String, Object> values = new LinkedHashMap<>();

  /// @param condition which names the workspace as `:workspace`
  public Where(WorkspaceTx tx, String condition) {
    this.tx = tx;
    sql.append(condition);
    values.put("workspace", tx.workspace());
  }

  /// @param condition which names the value as `:name`; left out when the value is null
  public Where and(String condition, String name, @Nullable Object value) {
    if (value != null) {
      sql.append("\n  and ").append(condition);
      values.put(name, value);
    }
    return this;
  }

  /// The page: `select`, these conditions, `rest`, at most so many rows. The last statement of its
  /// transaction.
  public <T> List<T> page(String select, String rest, int limit, Later.Row<T> row) {
    return tx.last(
        select + sql + "\n" + rest + " limit :limit",
        given -> {
          values.forEach(given::bind);
          given.bind("limit", limit);
        },
        row);
  }

  /// The statement: `select`, these conditions, `rest`.
  public Query query(String select, String rest) {
    return tx.handle().createQuery(select + sql + "\n" + rest).bindMap(values);
  }
}
