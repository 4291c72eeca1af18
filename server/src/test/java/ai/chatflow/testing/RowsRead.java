package ai.chatflow.testing;

import ai.chatflow.platform.db.Db;
import ai.chatflow.platform.db.WorkspaceTx;
import ai.chatflow.platform.ids.WorkspaceId;

/// How much of the database a piece of work looks at. Plans are made once, often while a table is
/// small or unknown to the planner, and live while it grows: a test that counts rows sees what a
/// fast machine hides.
public final class RowsRead {
  /// Of this connection, since it last reported them: outside of a transaction they may vanish.
  private static final String SO_FAR =
      "select coalesce(sum(seq_tup_read + idx_tup_fetch), 0) from pg_stat_xact_user_tables";

  private RowsRead() {}

  /// Rows of all tables that the work reads, in one transaction that it joins.
  public static long by(Db db, WorkspaceId workspace, Runnable work) {
    return db.inTransaction(
        workspace,
        tx -> {
          long before = soFar(tx);
          work.run();
          return soFar(tx) - before;
        });
  }

  private static long soFar(WorkspaceTx tx) {
    return tx.handle().createQuery(SO_FAR).mapTo(Long.class).one();
  }
}
