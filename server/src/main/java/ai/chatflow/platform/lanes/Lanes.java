package ai.chatflow.platform.lanes;

import ai.chatflow.platform.db.Db;
import ai.chatflow.platform.db.SystemTx;
import ai.chatflow.platform.db.WorkspaceTx;
import ai.chatflow.platform.time.Monotonic;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;
import java.util.function.Function;

/// The door to all asynchronous work. Whoever queues an item calls `wake` in the same transaction;
/// the lane's owner works it soon after the commit, on this node or another.
///
/// No wake is lost: the lane is woken after the commit; a worker commits "idle" and then reads the
/// queue once more; a sweep finds what a crash in between left behind.
public final class Lanes {
  private static final int SWEEP_LIMIT = 10_000;

  private final Db db;
  private final InstantSource clock;
  private final LanePauses pauses;
  private final WakeSignals signals;
  private final LaneStore store = new LaneStore();
  private final Set<LaneKey> known = ConcurrentHashMap.newKeySet();
  private final LaneNode node;
  private final LaneThreads threads;

  public Lanes(
      Db db,
      InstantSource clock,
      Monotonic monotonic,
      LanesSettings settings,
      WakeSignals signals,
      LanePauses pauses) {
    this.db = db;
    this.clock = clock;
    this.pauses = pauses;
    this.signals = signals;
    this.node =
        new LaneNode(new LaneNode.Surroundings(db, clock, monotonic, settings, store, pauses));
    this.threads = new LaneThreads(this, node, settings);
  }

  /// Before `start`.
  public void register(LaneKind kind) {
    node.register(kind);
  }

  /// Runs after each beat of the node, once a second: for clocks and epochs that are polled.
  public void onBeat(Runnable task) {
    threads.onBeat(task);
  }

  /// Told of each step: the kind of its lane and what came of it, in a word.
  public void onStep(BiConsumer<String, String> listener) {
    node.onStep(listener);
  }

  /// How long the item that waits longest has been due, by kind of lane.
  public Map<String, Duration> longestWaits() {
    Instant now = clock.instant();
    return db.inSystemTransaction(
        tx -> {
          var waits = new TreeMap<String, Duration>();
          for (LaneKind kind : node.kinds()) {
            var since = kind.oldest(tx).or(() -> store.dueSince(tx, kind.name(), now));
            var wait = since.map(due -> Duration.between(due, now)).orElse(Duration.ZERO);
            waits.put(kind.name(), wait.isNegative() ? Duration.ZERO : wait);
          }
          return waits;
        });
  }

  /// How many lanes have work that is due, by kind.
  public Map<String, Long> dueLanes() {
    return ofEachKind(tx -> store.countDue(tx, clock.instant()));
  }

  /// How many items have failed for good, by kind.
  public Map<String, Long> deadLetters() {
    return ofEachKind(DeadLetters::count);
  }

  private Map<String, Long> ofEachKind(Function<SystemTx, Map<String, Long>> count) {
    var counts = new TreeMap<String, Long>();
    node.kinds().forEach(kind -> counts.put(kind.name(), 0L));
    counts.putAll(db.inSystemTransaction(count));
    return counts;
  }

  /// Whether the lanes have been started and this node may work them: it has shown lately that it
  /// lives.
  public boolean working() {
    return threads.started() && node.living();
  }

  /// Makes the lane due at `due` once this transaction has committed. Cheap and right to call for
  /// each queued item: the wakes of one transaction are gathered into one statement.
  public void wake(WorkspaceTx tx, LaneKey lane, Instant due) {
    tx.afterCommitOnce(this, PendingWakes.class, PendingWakes::new).add(lane, due);
  }

  /// `wake` for work that is queued for many workspaces at once.
  public void wake(SystemTx tx, LaneKey lane, Instant due) {
    tx.afterCommitOnce(this, PendingWakes.class, PendingWakes::new).add(lane, due);
  }

  /// Joins the other nodes: beats, polls, sweeps and works until `stop`.
  public void start() {
    signals.listen(node::signalled);
    threads.start();
  }

  /// Claims nothing new, waits for what is in flight and hands the lanes back.
  public void stop() {
    threads.stop();
  }

  public UUID nodeId() {
    return node.id();
  }

  LaneNode node() {
    return node;
  }

  /// Wakes the lanes whose queues have rows due, whatever became of their wakes.
  void sweep() {
    Instant now = clock.instant();
    for (LaneKind kind : node.kinds()) {
      List<LaneKey> overdue = db.inSystemTransaction(tx -> kind.overdue(tx, now, SWEEP_LIMIT));
      var wakes = new TreeMap<LaneKey, Instant>();
      overdue.forEach(lane -> wakes.put(lane, now));
      wakeAll(wakes);
    }
  }

  private void wakeAll(SortedMap<LaneKey, Instant> wakes) {
    wakes.keySet().forEach(pauses::betweenCommitAndWake);
    wakes.keySet().removeIf(node::busy);
    if (wakes.isEmpty()) {
      return;
    }
    List<LaneStore.Woken> woken =
        db.inSystemTransaction(
            tx -> {
              insertUnknown(tx, wakes);
              return store.wake(tx, wakes);
            });
    known.addAll(wakes.keySet());
    woken.forEach(this::tell);
  }

  private void insertUnknown(SystemTx tx, SortedMap<LaneKey, Instant> wakes) {
    var unknown = new TreeMap<>(wakes);
    unknown.keySet().removeAll((Collection<?>) known);
    if (!unknown.isEmpty()) {
      store.insertMissing(tx, unknown);
    }
  }

  private void tell(LaneStore.Woken woken) {
    boolean ours = woken.owner() == null || woken.owner().equals(node.id());
    if (ours) {
      node.woken(woken.lane(), woken.due());
    } else if (!woken.due().isAfter(clock.instant())) {
      signals.send(woken.lane());
    }
  }

  private final class PendingWakes implements Runnable {
    private final SortedMap<LaneKey, Instant> wakes = new TreeMap<>();

    void add(LaneKey lane, Instant due) {
      wakes.merge(lane, due, (a, b) -> a.isBefore(b) ? a : b);
    }

    @Override
    public void run() {
      wakeAll(wakes);
    }
  }
}
