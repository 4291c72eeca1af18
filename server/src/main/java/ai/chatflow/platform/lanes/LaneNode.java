package ai.chatflow.platform.lanes;

import ai.chatflow.platform.db.Db;
import ai.chatflow.platform.time.Monotonic;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;

/// This node among the nodes: it beats, takes lanes, works them and hands them back. Has no
/// threads: `LaneThreads` drives it in production, a test step by step.
final class LaneNode {
  record Surroundings(
      Db db,
      InstantSource clock,
      Monotonic monotonic,
      LanesSettings settings,
      LaneStore store,
      LanePauses pauses) {}

  private final UUID id = UUID.randomUUID();
  private final Surroundings around;
  private final Liveness liveness;
  private final LaneBook book;
  private final LaneWorker worker;
  private final Map<String, LaneKind> kinds = new ConcurrentHashMap<>();
  private volatile BiConsumer<String, String> listener = (_, _) -> {};
  private volatile boolean stopping;

  LaneNode(Surroundings around) {
    this.around = around;
    this.liveness = new Liveness(id, around.monotonic(), around.settings());
    this.book = new LaneBook(around, liveness);
    this.worker = new LaneWorker(id, around, liveness, book);
  }

  UUID id() {
    return id;
  }

  void register(LaneKind kind) {
    if (kinds.putIfAbsent(kind.name(), kind) != null) {
      throw new IllegalStateException("two kinds of lanes are called " + kind.name());
    }
  }

  void onStep(BiConsumer<String, String> told) {
    listener = told;
  }

  /// Whether nobody may take the lanes of this node.
  boolean living() {
    return liveness.holdsFor(Duration.ZERO);
  }

  Collection<LaneKind> kinds() {
    return kinds.values();
  }

  /// Shows that this node lives and looks which others do.
  void beat(String name) {
    long started = around.monotonic().nanos();
    var beats = around.db().inSystemTransaction(tx -> around.store().beat(tx, id, name));
    liveness.beaten(started, beats);
  }

  /// Takes due lanes that nobody owns and readies due ones of our own; returns how many it readied.
  int poll() {
    if (stopping) {
      return 0;
    }
    if (!liveness.holdsFor(Duration.ZERO)) {
      book.forgetAll();
      return 0;
    }
    book.looking();
    long generation = liveness.generation();
    Instant now = around.clock().instant();
    Map<UUID, Long> dead = liveness.dead();
    var due = new ArrayList<LaneStore.Held>();
    around
        .db()
        .useSystemTransaction(
            tx -> {
              due.clear();
              due.addAll(around.store().acquire(tx, id, now, dead, kinds.keySet()));
              due.addAll(around.store().dueOf(tx, id, now));
            });
    return book.found(due, generation);
  }

  /// A lane of ours, or one that nobody owns, has become due at `due`.
  void woken(LaneKey lane, Instant due) {
    book.woken(lane, due);
  }

  /// Whether a row that was committed before this call is seen by a step that is still to come
  /// here.
  boolean busy(LaneKey lane) {
    return book.busy(lane);
  }

  /// Another node says that a lane is due.
  void signalled(LaneKey lane) {
    book.signalled(lane);
  }

  /// Works one step of the lane whose turn it is; false when none is ready.
  boolean runOne() {
    var next = book.take();
    next.ifPresent(this::run);
    return next.isPresent();
  }

  /// Waits until a step of a lane can begin; empty when the node stops.
  Optional<Runnable> awaitStep() throws InterruptedException {
    return book.await().map(mine -> () -> run(mine));
  }

  /// Waits until no step is under way; false when one still is after `longest`.
  boolean awaitQuiet(Duration longest) throws InterruptedException {
    return book.awaitQuiet(longest);
  }

  /// Waits until the next look at the database is due.
  void awaitLook() throws InterruptedException {
    book.awaitLook(around.settings().poll());
  }

  void stopClaiming() {
    stopping = true;
    worker.stop();
    book.stop();
  }

  boolean stopping() {
    return stopping;
  }

  /// After the last step: others may have the lanes at once.
  void handBack() {
    book.forgetAll();
    around.db().useSystemTransaction(tx -> around.store().releaseAll(tx, id));
  }

  /// Gives up lanes that have been idle for long, so that the load of new work spreads.
  void releaseIdle() {
    List<LaneStore.Held> idle = book.leave(around.settings().idleRelease());
    if (idle.isEmpty()) {
      return;
    }
    try {
      around
          .db()
          .useSystemTransaction(
              tx -> around.store().release(tx, id, idle, around.clock().instant()));
    } finally {
      book.left(idle);
    }
  }

  private void run(OwnedLane mine) {
    LaneKind kind = kinds.get(mine.held().lane().kind());
    long started = around.monotonic().nanos();
    LaneWorker.Outcome outcome = new LaneWorker.Outcome.Lost();
    boolean missed;
    try {
      if (kind != null) {
        outcome = worker.step(kind, mine);
      }
      listener.accept(mine.held().lane().kind(), outcome.word());
    } finally {
      missed = book.settle(mine, outcome, around.monotonic().nanos() - started);
    }
    if (missed) {
      wake(mine.held().lane());
    }
  }

  private void wake(LaneKey lane) {
    Instant now = around.clock().instant();
    var due = new TreeMap<>(Map.of(lane, now));
    around.db().inSystemTransaction(tx -> around.store().wake(tx, due));
    book.woken(lane, now);
  }
}
