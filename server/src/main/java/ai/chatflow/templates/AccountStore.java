package ai.chatflow.templates;

import ai.chatflow.api.model.ChannelType;
import ai.chatflow.platform.db.SystemTx;
import ai.chatflow.platform.db.WorkspaceTx;
import ai.chatflow.platform.ids.WorkspaceId;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.statement.SqlStatement;

/// SQL of what is known of the templates of accounts.
final class AccountStore {
  /// Reads it by then, or earlier where it is due already.
  void due(WorkspaceTx tx, Account account, Instant due) {
    var update =
        tx.handle()
            .createUpdate(
                """
                insert into template_account (workspace_id, channel_type, account, due_at)
                values (:workspace, :type, :account, :due)
                on conflict (workspace_id, channel_type, account) do update
                set due_at = least(template_account.due_at, excluded.due_at)
                """);
    bind(tx, update, account).bind("due", due).execute();
  }

  /// Something was heard of a template that is not here: until the next reading nobody can say what
  /// the account has.
  void stale(WorkspaceTx tx, Account account, Instant now) {
    var update =
        tx.handle()
            .createUpdate(
                """
                insert into template_account (workspace_id, channel_type, account, stale_at)
                values (:workspace, :type, :account, :now)
                on conflict (workspace_id, channel_type, account) do update
                set stale_at = excluded.stale_at
                """);
    bind(tx, update, account).bind("now", now).execute();
  }

  /// All of it was read, beginning at `since`.
  void synced(WorkspaceTx tx, Account account, Instant since, Instant due) {
    var update =
        tx.handle()
            .createUpdate(
                """
                insert into template_account (workspace_id, channel_type, account, synced_at, due_at)
                values (:workspace, :type, :account, :since, :due)
                on conflict (workspace_id, channel_type, account) do update
                set synced_at = excluded.synced_at,
                  due_at = case
                    when template_account.stale_at >= excluded.synced_at
                    then template_account.due_at else excluded.due_at end
                """);
    bind(tx, update, account).bind("since", since).bind("due", due).execute();
  }

  /// The one that is due first, locked.
  Optional<Account> claim(WorkspaceTx tx, Instant now) {
    return tx.handle()
        .createQuery(
            """
            select channel_type, account from template_account
            where workspace_id = :workspace and due_at <= :now
            order by due_at limit 1 for no key update
            """)
        .bind("workspace", tx.workspace())
        .bind("now", now)
        .map((row, _) -> read(row))
        .findOne();
  }

  void postpone(WorkspaceTx tx, Account account, Instant due) {
    var update =
        tx.handle()
            .createUpdate(
                """
                update template_account set due_at = :due
                where workspace_id = :workspace and channel_type = :type and account = :account
                """);
    bind(tx, update, account).bind("due", due).execute();
  }

  Optional<Instant> earliestDue(WorkspaceTx tx) {
    return tx.handle()
        .createQuery(
            """
            select min(due_at) from template_account
            where workspace_id = :workspace and due_at is not null
            """)
        .bind("workspace", tx.workspace())
        .mapTo(Instant.class)
        .findOne();
  }

  List<WorkspaceId> overdue(SystemTx tx, Instant now, int limit) {
    return tx.handle()
        .createQuery(
            """
            select distinct workspace_id from template_account where due_at <= :now limit :limit
            """)
        .bind("now", now)
        .bind("limit", limit)
        .map((row, _) -> new WorkspaceId(row.getObject("workspace_id", UUID.class)))
        .list();
  }

  private static <S extends SqlStatement<S>> S bind(WorkspaceTx tx, S statement, Account account) {
    return statement
        .bind("workspace", tx.workspace())
        .bind("type", account.type().value())
        .bind("account", account.id());
  }

  private static Account read(ResultSet row) throws SQLException {
    return new Account(
        ChannelType.fromString(row.getString("channel_type")), row.getString("account"));
  }
}
