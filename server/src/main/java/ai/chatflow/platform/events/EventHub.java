package ai.chatflow.platform.events;

import ai.chatflow.platform.db.Db;
import ai.chatflow.platform.db.WorkspaceTx;
import ai.chatflow.platform.ids.WorkspaceId;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/// Wakes those who follow the log live. What this node publishes wakes them at once; what another
/// one publishes is seen by `poll`, so that nothing depends on Redis.
public final class EventHub implements AutoCloseable {
  private final Db db;
  private final Map<WorkspaceId, Set<Subscription>> subscriptions = new ConcurrentHashMap<>();
  private final Map<WorkspaceId, Long> heads = new ConcurrentHashMap<>();
  private volatile boolean closed;

  public EventHub(Db db, EventFeed feed) {
    this.db = db;
    feed.register(this::published);
  }

  /// One who waits for the events of a workspace. For one thread.
  public final class Subscription implements AutoCloseable {
    private final WorkspaceId workspace;
    private final Semaphore news = new Semaphore(0);

    private Subscription(WorkspaceId workspace) {
      this.workspace = workspace;
    }

    /// Waits until there may be something new; at most so long.
    public void await(Duration longest) throws InterruptedException {
      if (news.tryAcquire(longest.toMillis(), TimeUnit.MILLISECONDS)) {
        news.drainPermits();
      }
    }

    /// Ends the wait; for other threads.
    public void wake() {
      news.release();
    }

    @Override
    public void close() {
      subscriptions.computeIfPresent(
          workspace,
          (_, all) -> {
            all.remove(this);
            return all.isEmpty() ? null : all;
          });
    }
  }

  /// Subscribe before the first look at the log, so that nothing falls in between.
  public Subscription subscribe(WorkspaceId workspace) {
    var subscription = new Subscription(workspace);
    subscriptions.compute(
        workspace,
        (_, all) -> {
          var others = all == null ? ConcurrentHashMap.<Subscription>newKeySet() : all;
          others.add(subscription);
          return others;
        });
    return subscription;
  }

  /// How many follow, on this node.
  public int followers() {
    return subscriptions.values().stream().mapToInt(Set::size).sum();
  }

  /// The node goes down: followers are to end, and come back to another.
  public boolean closed() {
    return closed;
  }

  private void published(WorkspaceTx tx) {
    var workspace = tx.workspace();
    tx.afterCommit(() -> wake(workspace));
  }

  /// Looks for what other nodes have published, for all workspaces with followers at once.
  public void poll() {
    var followed = subscriptions.keySet().stream().map(WorkspaceId::value).toArray(UUID[]::new);
    heads.keySet().retainAll(subscriptions.keySet());
    if (followed.length == 0) {
      return;
    }
    var found =
        db.inSystemTransaction(
            tx ->
                tx.handle()
                    .createQuery(
                        """
                        select workspace_id, position from event_head
                        where workspace_id = any(:workspaces)
                        """)
                    .bindArray("workspaces", UUID.class, (Object[]) followed)
                    .map(
                        (row, _) ->
                            Map.entry(
                                new WorkspaceId(row.getObject("workspace_id", UUID.class)),
                                row.getLong("position")))
                    .list());
    for (var head : found) {
      var before = heads.put(head.getKey(), head.getValue());
      if (before == null || before < head.getValue()) {
        wake(head.getKey());
      }
    }
  }

  private void wake(WorkspaceId workspace) {
    subscriptions.getOrDefault(workspace, Set.of()).forEach(Subscription::wake);
  }

  @Override
  public void close() {
    closed = true;
    subscriptions.keySet().forEach(this::wake);
  }
}
