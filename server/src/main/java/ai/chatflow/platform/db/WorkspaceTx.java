package ai.chatflow.platform.db;

import ai.chatflow.platform.ids.WorkspaceId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jdbi.v3.core.Handle;

/// An open transaction of one workspace. The database shows it the rows of that workspace only;
/// statements name the workspace all the same. Stores take it as their first argument, so a query
/// without a tenant does not compile. Use it on the thread that opened it.
public final class WorkspaceTx {
  private final WorkspaceId workspace;
  private final OpenTransaction open;

  WorkspaceTx(WorkspaceId workspace, OpenTransaction open) {
    this.workspace = workspace;
    this.open = open;
  }

  public WorkspaceId workspace() {
    return workspace;
  }

  public Handle handle() {
    return open.handle();
  }

  /// A statement that waits for the next one, or for the commit, and returns nothing.
  ///
  /// @param values binds them, now
  public void later(String sql, Consumer<Later> values) {
    later(sql, values, _ -> {});
  }

  /// A statement that waits, and whose rows are read when it is sent.
  public void later(String sql, Consumer<Later> values, Later.Reader reader) {
    var later = new Later(sql, reader);
    values.accept(later);
    open.later(later);
  }

  /// Sends what waits, so that its rows are read.
  public void send() {
    open.handle();
  }

  /// A statement whose rows are read at once, in one round trip with those that wait.
  public <T> List<T> query(String sql, Consumer<Later> values, Later.Row<T> row) {
    var rows = new ArrayList<T>();
    later(sql, values, into(rows, row));
    send();
    return rows;
  }

  /// The last statement of the transaction: the commit travels with it too, unless what was joined
  /// has more to do.
  public <T> List<T> last(String sql, Consumer<Later> values, Later.Row<T> row) {
    var rows = new ArrayList<T>();
    later(sql, values, into(rows, row));
    open.sendAsLast();
    return rows;
  }

  /// Reads rows into a list, when they are there.
  public static <T> Later.Reader into(Collection<T> rows, Later.Row<T> row) {
    return result -> {
      while (result.next()) {
        rows.add(row.read(result));
      }
    };
  }

  /// Runs as the last that the outermost transaction does, once per `key`: returns what is already
  /// registered under the key, so that it can gather what is to be written then.
  public <R extends Runnable> R beforeCommitOnce(Object key, Class<R> type, Supplier<R> create) {
    return open.beforeCommitOnce(key, type, create);
  }

  /// Runs after the outermost commit, on this thread, in the order of registration; not at all
  /// after a rollback. What it throws is logged: the commit has happened.
  public void afterCommit(Runnable callback) {
    open.afterCommit(callback);
  }

  /// Like `afterCommit`, once per `key` and transaction: returns the callback that is already
  /// registered under the key, so that it can gather what many statements add to it.
  public <R extends Runnable> R afterCommitOnce(Object key, Class<R> type, Supplier<R> create) {
    return open.afterCommitOnce(key, type, create);
  }
}
