package ai.chatflow.platform.db;

import java.util.function.Supplier;
import org.jdbi.v3.core.Handle;

/// An open transaction that sees the rows of every tenant. Few may ask for one: lanes and
/// housekeeping that work for many workspaces, and finding out whom a credential belongs to.
public final class SystemTx {
  private final OpenTransaction open;

  SystemTx(OpenTransaction open) {
    this.open = open;
  }

  public Handle handle() {
    return open.handle();
  }

  /// Runs after the outermost commit, on this thread; not at all after a rollback.
  public void afterCommit(Runnable callback) {
    open.afterCommit(callback);
  }

  /// Like `afterCommit`, once per `key` and transaction: returns the callback that is already
  /// registered under the key.
  public <R extends Runnable> R afterCommitOnce(Object key, Class<R> type, Supplier<R> create) {
    return open.afterCommitOnce(key, type, create);
  }
}
