package ai.chatflow.platform.events;

import ai.chatflow.platform.db.Db;
import ai.chatflow.platform.db.SystemTx;
import ai.chatflow.platform.db.WorkspaceTx;
import ai.chatflow.platform.ids.WorkspaceId;
import ai.chatflow.platform.lanes.LaneKey;
import ai.chatflow.platform.lanes.LaneKind;
import ai.chatflow.platform.lanes.LaneRun;
import ai.chatflow.platform.lanes.LaneStep;
import ai.chatflow.platform.telemetry.Telemetry;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/// Publishes the queued events of a workspace, one lane per workspace. A round takes at most
/// `share` events of each origin, so that a campaign's hundred thousand statuses do not delay a
/// received message. Two publishers at once (a lane changing its owner) are harmless: the head's
/// lock lines them up.
public final class EventPublisher implements LaneKind {
  public static final String KIND = "publish";

  private static final int DEFAULT_SHARE = 200;
  private static final int ROUND = 1000;

  /// One statement. Rows that another publisher moved while this one waited for the head are no
  /// longer there to delete, so they get no second position.
  private static final String MOVE =
      """
      with recursive head as materialized (
        select position from event_head where workspace_id = :workspace for update),
      origins (origin) as (
        (select origin from event_queue
         where workspace_id = :workspace order by origin limit 1)
        union all
        select (select queued.origin from event_queue queued
                where queued.workspace_id = :workspace and queued.origin > origins.origin
                order by queued.origin limit 1)
        from origins where origins.origin is not null),
      picked as materialized (
        select turn.seq
        from origins
        cross join head
        cross join lateral (
          select queued.seq, row_number() over (order by queued.seq) as turn
          from (select seq from event_queue
                where workspace_id = :workspace and event_queue.origin = origins.origin
                order by seq limit :share) as queued) as turn
        order by turn.turn, turn.seq limit :round),
      moved as (
        delete from event_queue
        where workspace_id = :workspace and seq = any(array(select seq from picked))
        returning event_queue.seq, event_queue.id, event_queue.type, event_queue.data,
          event_queue.created_at),
      published as (
        insert into event (workspace_id, position, id, type, data, created_at)
        select :workspace, head.position + row_number() over (order by moved.seq), moved.id,
          moved.type, moved.data, moved.created_at
        from moved cross join head
        returning 1),
      raised as (
        update event_head
        set position = event_head.position + (select count(*) from moved)
        where workspace_id = :workspace and exists (select from moved)
        returning 1)
      select (select count(*) from published) + 0 * (select count(*) from raised)
      """;

  private final Db db;
  private final EventFeed feed;
  private final Telemetry telemetry;
  private final int share;

  public EventPublisher(Db db, EventFeed feed, Telemetry telemetry) {
    this(db, feed, telemetry, DEFAULT_SHARE);
  }

  EventPublisher(Db db, EventFeed feed, Telemetry telemetry, int share) {
    this.db = db;
    this.feed = feed;
    this.telemetry = telemetry;
    this.share = share;
  }

  @Override
  public String name() {
    return KIND;
  }

  @Override
  public LaneStep work(LaneRun run) {
    int published = publishRound(run.lane().workspace());
    telemetry.published(published);
    if (published == 0) {
      return LaneStep.IDLE;
    }
    return published < share ? LaneStep.SOON : LaneStep.MORE;
  }

  /// Publishes one round; returns how many events it moved.
  int publishRound(WorkspaceId workspace) {
    return db.inTransaction(
        workspace,
        tx -> {
          int moved = move(tx);
          if (moved == 0 && !hasHead(tx)) {
            insertHead(tx);
            moved = move(tx);
          }
          if (moved > 0) {
            feed.published(tx);
          }
          return moved;
        });
  }

  private int move(WorkspaceTx tx) {
    return tx.handle()
        .createQuery(MOVE)
        .bind("workspace", tx.workspace())
        .bind("share", share)
        .bind("round", ROUND)
        .mapTo(Integer.class)
        .one();
  }

  private static boolean hasHead(WorkspaceTx tx) {
    return tx.handle()
        .createQuery("select exists (select from event_head where workspace_id = :workspace)")
        .bind("workspace", tx.workspace())
        .mapTo(Boolean.class)
        .one();
  }

  private static void insertHead(WorkspaceTx tx) {
    tx.handle()
        .createUpdate(
            "insert into event_head (workspace_id) values (:workspace) on conflict do nothing")
        .bind("workspace", tx.workspace())
        .execute();
  }

  @Override
  public Optional<Instant> earliestDue(LaneKey lane) {
    boolean queued =
        db.inTransaction(
            lane.workspace(),
            tx ->
                tx.handle()
                    .createQuery(
                        "select exists (select from event_queue where workspace_id = :workspace)")
                    .bind("workspace", tx.workspace())
                    .mapTo(Boolean.class)
                    .one());
    return queued ? Optional.of(Instant.EPOCH) : Optional.empty();
  }

  @Override
  public Optional<Instant> oldest(SystemTx tx) {
    return tx.handle()
        .createQuery("select min(created_at) from event_queue")
        .mapTo(Instant.class)
        .findOne();
  }

  @Override
  public List<LaneKey> overdue(SystemTx tx, Instant now, int limit) {
    return tx.handle()
        .createQuery(
            """
            with recursive tenants (workspace_id) as (
              (select workspace_id from event_queue order by workspace_id limit 1)
              union all
              select (select queued.workspace_id from event_queue queued
                      where queued.workspace_id > tenants.workspace_id
                      order by queued.workspace_id limit 1)
              from tenants where tenants.workspace_id is not null)
            select workspace_id from tenants where workspace_id is not null limit :limit
            """)
        .bind("limit", limit)
        .map(
            (row, _) ->
                new LaneKey(KIND, new WorkspaceId(row.getObject("workspace_id", UUID.class)), ""))
        .list();
  }
}
