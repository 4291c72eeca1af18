package ai.chatflow.platform.lanes;

import ai.chatflow.platform.db.Rows;
import ai.chatflow.platform.db.SystemTx;
import ai.chatflow.platform.db.WorkspaceTx;
import ai.chatflow.platform.ids.IdGenerator;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// Where items go that failed for good. A kind buries in the transaction that deletes the work
/// item, and redrives by taking the letter in the transaction that queues the item again.
public final class DeadLetters {
  private final IdGenerator ids;

  public DeadLetters(IdGenerator ids) {
    this.ids = ids;
  }

  /// `item` is JSON; `reason` is for operators and holds no message text and no secret.
  public UUID bury(WorkspaceTx tx, LaneKey lane, String item, String reason, int attempts) {
    UUID id = ids.next();
    tx.handle()
        .createUpdate(
            """
            insert into dead_letter (workspace_id, id, kind, key, item, reason, attempts)
            values (:workspace, :id, :kind, :key, cast(:item as jsonb), :reason, :attempts)
            """)
        .bind("workspace", tx.workspace())
        .bind("id", id)
        .bind("kind", lane.kind())
        .bind("key", lane.key())
        .bind("item", item)
        .bind("reason", reason)
        .bind("attempts", attempts)
        .execute();
    return id;
  }

  /// The letters of a kind after the given one, oldest first.
  public List<DeadLetter> page(WorkspaceTx tx, String kind, @Nullable UUID after, int limit) {
    return tx.handle()
        .createQuery(
            """
            select id, kind, key, item, reason, attempts, created_at from dead_letter
            where workspace_id = :workspace and kind = :kind
              and id > coalesce(:after, '00000000-0000-0000-0000-000000000000'::uuid)
            order by id limit :limit
            """)
        .bind("workspace", tx.workspace())
        .bind("kind", kind)
        .bindByType("after", after, UUID.class)
        .bind("limit", limit)
        .map((row, _) -> letter(tx, row))
        .list();
  }

  /// Removes the letter and returns it; empty when somebody else took it.
  public Optional<DeadLetter> take(WorkspaceTx tx, UUID id) {
    return tx.handle()
        .createQuery(
            """
            delete from dead_letter where workspace_id = :workspace and id = :id
            returning id, kind, key, item, reason, attempts, created_at
            """)
        .bind("workspace", tx.workspace())
        .bind("id", id)
        .map((row, _) -> letter(tx, row))
        .findOne();
  }

  /// How many there are, by kind.
  static Map<String, Long> count(SystemTx tx) {
    return tx.handle()
        .createQuery("select kind, count(*) from dead_letter group by kind")
        .reduceRows(
            new HashMap<>(),
            (counts, row) -> {
              counts.put(row.getColumn(1, String.class), row.getColumn(2, Long.class));
              return counts;
            });
  }

  private static DeadLetter letter(WorkspaceTx tx, ResultSet row) throws SQLException {
    return new DeadLetter(
        row.getObject("id", UUID.class),
        new LaneKey(row.getString("kind"), tx.workspace(), row.getString("key")),
        row.getString("item"),
        row.getString("reason"),
        row.getInt("attempts"),
        Rows.instant(row, "created_at"));
  }
}
