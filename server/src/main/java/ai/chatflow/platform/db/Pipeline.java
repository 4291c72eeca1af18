package ai.chatflow.platform.db;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/// The statements of a transaction that wait to be sent together. The driver sends a text of
/// several statements without waiting in between; when one fails, PostgreSQL skips the rest, the
/// commit too.
final class Pipeline {
  private static final Pattern LITERAL_OR_PARAMETER =
      Pattern.compile("'[^']*'|(?<![:\\w]):(?=[a-zA-Z])");
  private static final Map<Place, String> NUMBERED = new ConcurrentHashMap<>();

  private final List<Later> waiting = new ArrayList<>();

  /// A statement and how many are before it.
  private record Place(int turn, String sql) {
    String prefix() {
      return "s" + turn + "_";
    }

    /// With parameters that have names of their own.
    String numbered() {
      return LITERAL_OR_PARAMETER
          .matcher(sql)
          .replaceAll(
              found ->
                  found.group().equals(":")
                      ? ":" + prefix()
                      : Matcher.quoteReplacement(found.group()));
    }
  }

  void add(Later statement) {
    waiting.add(statement);
  }

  void send(Handle handle) {
    send(handle, List.of());
  }

  /// Sends what waits together with the commit; when nothing does, the commit is the caller's.
  void sendWithCommit(Handle handle) {
    send(handle, List.of("commit"));
  }

  private void send(Handle handle, List<String> last) {
    if (waiting.isEmpty()) {
      return;
    }
    var statements = List.copyOf(waiting);
    waiting.clear();
    var texts = new ArrayList<String>();
    for (var statement : statements) {
      texts.add(
          NUMBERED.computeIfAbsent(new Place(texts.size(), statement.sql()), Place::numbered));
    }
    texts.addAll(last);
    try (var query = handle.createQuery(String.join(";\n", texts))) {
      for (int i = 0; i < statements.size(); i++) {
        statements.get(i).bindTo(query, new Place(i, "").prefix());
      }
      query.<@Nullable Void>execute(
          (executed, _) -> {
            read(executed.get(), statements);
            return null;
          });
    }
  }

  private static void read(PreparedStatement executed, List<Later> statements) throws SQLException {
    for (var statement : statements) {
      try (ResultSet rows = executed.getResultSet()) {
        if (rows != null) {
          statement.reader().read(rows);
        }
      }
      executed.getMoreResults();
    }
  }
}
