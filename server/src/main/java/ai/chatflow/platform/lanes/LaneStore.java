package ai.chatflow.platform.lanes;

import ai.chatflow.platform.db.Rows;
import ai.chatflow.platform.db.SystemTx;
import ai.chatflow.platform.ids.WorkspaceId;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.UUID;
import org.jdbi.v3.core.statement.SqlStatement;
import org.jspecify.annotations.Nullable;

/// The rows of lanes. They are hints: wakes and idles need not survive a crash of the database (the
/// sweep finds what they would have said), so their commits do not wait for the disk.
final class LaneStore {
  record Held(LaneKey lane, long epoch) {}

  record Woken(LaneKey lane, Instant due, @Nullable UUID owner) {}

  void insertMissing(SystemTx tx, SortedMap<LaneKey, Instant> lanes) {
    bind(
            tx.handle()
                .createUpdate(
                    """
                    insert into lane (workspace_id, kind, key, due_at)
                    select workspace_id, kind, key, 'infinity'
                    from unnest(:workspaces, :kinds, :keys) as known (workspace_id, kind, key)
                    on conflict do nothing
                    """),
            lanes.keySet())
        .execute();
  }

  /// Matches no row of a lane that is due already, so the row of a busy lane is never locked.
  List<Woken> wake(SystemTx tx, SortedMap<LaneKey, Instant> lanes) {
    return bind(
            tx.handle()
                .createQuery(
                    """
                    with woken as materialized (
                      select lane.workspace_id, lane.kind, lane.key, wanted.due_at
                      from unnest(:workspaces, :kinds, :keys, :dues)
                        as wanted (workspace_id, kind, key, due_at)
                      join lane using (workspace_id, kind, key)
                      where lane.due_at > wanted.due_at
                      order by lane.workspace_id, lane.kind, lane.key
                      for no key update of lane),
                    lazily as materialized (
                      select set_config('synchronous_commit', 'off', true))
                    update lane set due_at = woken.due_at
                    from woken, lazily
                    where lane.workspace_id = woken.workspace_id and lane.kind = woken.kind
                      and lane.key = woken.key and lane.due_at > woken.due_at
                    returning lane.workspace_id, lane.kind, lane.key, lane.due_at, lane.owner
                    """),
            lanes.keySet())
        .bindArray("dues", Instant.class, lanes.values())
        .map(
            (row, context) ->
                new Woken(
                    lane(row), Rows.instant(row, "due_at"), row.getObject("owner", UUID.class)))
        .list();
  }

  /// Takes due lanes that nobody living owns. `dead` gives the beat at which each silent node was
  /// seen: its row is locked at that beat, so that a node that comes back either beats before and
  /// keeps its lanes, or beats after and finds them taken.
  List<Held> acquire(
      SystemTx tx, UUID node, Instant now, Map<UUID, Long> dead, Collection<String> kinds) {
    return tx.handle()
        .createQuery(
            """
            with seen (id, beat) as (select * from unnest(:dead, :beats)),
            silent as materialized (
              select node.id from node join seen on seen.id = node.id and seen.beat = node.beat
              order by node.id
              for update of node),
            vanished as (
              select id from seen
              where beat < 0 and not exists (select from node where node.id = seen.id)),
            free as materialized (
              select workspace_id, kind, key from lane
              where due_at <= :now and kind = any(:kinds)
                and (owner is null or owner in (select id from silent union select id from vanished))
              order by due_at limit 256
              for update skip locked)
            update lane set owner = :node, epoch = lane.epoch + 1
            from free
            where lane.workspace_id = free.workspace_id and lane.kind = free.kind
              and lane.key = free.key
            returning lane.workspace_id, lane.kind, lane.key, lane.epoch
            """)
        .bind("now", now)
        .bind("node", node)
        .bindArray("dead", UUID.class, dead.keySet())
        .bindArray("beats", Long.class, dead.keySet().stream().map(dead::get).toList())
        .bindArray("kinds", String.class, kinds)
        .map((row, _) -> new Held(lane(row), row.getLong("epoch")))
        .list();
  }

  Optional<Instant> dueSince(SystemTx tx, String kind, Instant now) {
    return tx.handle()
        .createQuery("select min(due_at) from lane where kind = :kind and due_at <= :now")
        .bind("kind", kind)
        .bind("now", now)
        .mapTo(Instant.class)
        .findOne();
  }

  Map<String, Long> countDue(SystemTx tx, Instant now) {
    return tx.handle()
        .createQuery("select kind, count(*) from lane where due_at <= :now group by kind")
        .bind("now", now)
        .reduceRows(
            new HashMap<>(),
            (counts, row) -> {
              counts.put(row.getColumn(1, String.class), row.getColumn(2, Long.class));
              return counts;
            });
  }

  List<Held> dueOf(SystemTx tx, UUID node, Instant now) {
    return tx.handle()
        .createQuery(
            """
            select workspace_id, kind, key, epoch from lane
            where owner = :node and due_at <= :now
            order by due_at
            """)
        .bind("node", node)
        .bind("now", now)
        .map((row, _) -> new Held(lane(row), row.getLong("epoch")))
        .list();
  }

  /// False when the lane has another owner by now. A null `next` is never.
  boolean idle(SystemTx tx, UUID node, Held held, @Nullable Instant next) {
    return tx.handle()
            .createUpdate(
                """
                update lane set due_at = coalesce(:next, 'infinity'::timestamptz)
                from (select set_config('synchronous_commit', 'off', true)) as lazily
                where workspace_id = :workspace and kind = :kind and key = :key
                  and owner = :node and epoch = :epoch
                """)
            .bindByType("next", next, Instant.class)
            .bind("workspace", held.lane().workspace())
            .bind("kind", held.lane().kind())
            .bind("key", held.lane().key())
            .bind("node", node)
            .bind("epoch", held.epoch())
            .execute()
        == 1;
  }

  /// Only what is still ours and not due by now.
  void release(SystemTx tx, UUID node, Collection<Held> idle, Instant now) {
    bind(
            tx.handle()
                .createUpdate(
                    """
                    update lane set owner = null
                    from unnest(:workspaces, :kinds, :keys) as idle (workspace_id, kind, key)
                    where lane.workspace_id = idle.workspace_id and lane.kind = idle.kind
                      and lane.key = idle.key and lane.owner = :node and lane.due_at > :now
                    """),
            idle.stream().map(Held::lane).toList())
        .bind("node", node)
        .bind("now", now)
        .execute();
  }

  void releaseAll(SystemTx tx, UUID node) {
    tx.handle()
        .createUpdate("update lane set owner = null where owner = :node")
        .bind("node", node)
        .execute();
    tx.handle().createUpdate("delete from node where id = :node").bind("node", node).execute();
  }

  /// Raises the node's beat; returns the beat of each node, and -1 for owners that have no row.
  Map<UUID, Long> beat(SystemTx tx, UUID node, String name) {
    tx.handle()
        .createUpdate(
            """
            insert into node (id, name, beat) values (:node, :name, 1)
            on conflict (id) do update set beat = node.beat + 1, beat_at = now()
            """)
        .bind("node", node)
        .bind("name", name)
        .execute();
    return tx.handle()
        .createQuery(
            """
            select id, max(beat) as beat from (
              select id, beat from node
              union all
              select distinct owner, -1 from lane where owner is not null) as seen
            group by id
            """)
        .reduceRows(
            new HashMap<UUID, Long>(),
            (beats, row) -> {
              beats.put(row.getColumn("id", UUID.class), row.getColumn("beat", Long.class));
              return beats;
            });
  }

  int deleteNodesSilentFor(SystemTx tx, Duration silence) {
    return tx.handle()
        .createUpdate(
            """
            delete from node where beat_at < now() - make_interval(secs => :seconds)
              and not exists (select from lane where lane.owner = node.id)
            """)
        .bind("seconds", (double) silence.toSeconds())
        .execute();
  }

  private static <S extends SqlStatement<S>> S bind(S statement, Collection<LaneKey> lanes) {
    return statement
        .bindArray(
            "workspaces", UUID.class, lanes.stream().map(l -> l.workspace().value()).toList())
        .bindArray("kinds", String.class, lanes.stream().map(LaneKey::kind).toList())
        .bindArray("keys", String.class, lanes.stream().map(LaneKey::key).toList());
  }

  private static LaneKey lane(ResultSet row) throws SQLException {
    return new LaneKey(
        row.getString("kind"),
        new WorkspaceId(row.getObject("workspace_id", UUID.class)),
        row.getString("key"));
  }
}
