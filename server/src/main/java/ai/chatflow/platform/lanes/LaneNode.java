package ai.chatflow.platform.lanes;

import ai.chatflow.platform.db.Db;
import ai.chatflow.platform.time.Monotonic;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// The lanes that this node owns, and whose turn it is. Has no threads: `LaneThreads` drives it in
/// production, a test step by step.
final class LaneNode {
  record Surroundings(
      Db db,
      InstantSource clock,
      Monotonic monotonic,
      LanesSettings settings,
      LaneStore store,
      LanePauses pauses) {}

  private enum State {
    IDLE,
    RESTING,
    READY,
    RUNNING
  }

  /// What this node knows of a lane of its own. `since`: when it began to be idle; `until`: how
  /// long a resting lane waits.
  private static final class Owned {
    final LaneStore.Held held;
    State state = State.IDLE;
    long since;
    long until;
    int failures;
    @Nullable Instant next;
    boolean stale;

    Owned(LaneStore.Held held) {
      this.held = held;
    }
  }

  private static final long QUANTUM_NANOS = Duration.ofMillis(50).toNanos();
  private static final Duration SHORT_REST = Duration.ofMillis(100);

  private final UUID id = UUID.randomUUID();
  private final Surroundings around;
  private final Liveness liveness;
  private final LaneWorker worker;
  private final Map<String, LaneKind> kinds = new ConcurrentHashMap<>();
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final Map<LaneKey, Owned> owned = new HashMap<>();
  private final FairQueue queue;
  private @Nullable Instant nextLook;
  private boolean lookNow;
  private volatile boolean stopping;

  LaneNode(Surroundings around) {
    this.around = around;
    this.liveness = new Liveness(id, around.monotonic(), around.settings());
    this.worker = new LaneWorker(id, around, liveness);
    this.queue = new FairQueue(QUANTUM_NANOS, around.settings().perWorkspace());
  }

  UUID id() {
    return id;
  }

  void register(LaneKind kind) {
    if (kinds.putIfAbsent(kind.name(), kind) != null) {
      throw new IllegalStateException("two kinds of lanes are called " + kind.name());
    }
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
      forgetAll();
      return 0;
    }
    locked(() -> lookNow = false);
    Instant now = around.clock().instant();
    var dead = liveness.dead();
    var due = new ArrayList<LaneStore.Held>();
    around
        .db()
        .useSystemTransaction(
            tx -> {
              due.addAll(around.store().acquire(tx, id, now, dead, kinds.keySet()));
              due.addAll(around.store().dueOf(tx, id, now));
            });
    return locked(
        () -> {
          nextLook = null;
          int readied = wakeRested();
          for (LaneStore.Held held : due) {
            readied += found(held) ? 1 : 0;
          }
          owned.values().forEach(this::lookWhenDue);
          return readied;
        });
  }

  /// A lane of ours, or one that nobody owns, has become due at `due`.
  void woken(LaneKey lane, Instant due) {
    locked(
        () -> {
          Owned mine = owned.get(lane);
          if (due.isAfter(around.clock().instant())) {
            if (mine != null) {
              mine.next = due;
            }
            lookAt(due);
          } else if (mine == null) {
            lookNow = true;
            changed.signalAll();
          } else if (mine.state == State.IDLE) {
            ready(mine);
          }
        });
  }

  /// Another node says that a lane is due.
  void signalled(LaneKey lane) {
    locked(
        () -> {
          Owned mine = owned.get(lane);
          if (mine != null && mine.state == State.IDLE) {
            ready(mine);
          }
        });
  }

  /// Works one step of the lane whose turn it is; false when none is ready.
  boolean runOne() {
    Owned mine = locked(this::take).orElse(null);
    if (mine == null) {
      return false;
    }
    run(mine);
    return true;
  }

  /// Waits until a lane is ready or the node stops, then works one step.
  void awaitAndRunOne() throws InterruptedException {
    Owned mine;
    lock.lockInterruptibly();
    try {
      Optional<Owned> next = take();
      while (next.isEmpty() && !stopping) {
        changed.await();
        next = take();
      }
      mine = next.orElse(null);
    } finally {
      lock.unlock();
    }
    if (mine != null) {
      run(mine);
    }
  }

  /// Waits until the next look at the database is due: at the latest after `poll`.
  void awaitLook() throws InterruptedException {
    lock.lockInterruptibly();
    try {
      long end = around.monotonic().nanos() + around.settings().poll().toNanos();
      while (!lookNow && !stopping) {
        long left = end - around.monotonic().nanos();
        if (nextLook != null) {
          left = Math.min(left, Duration.between(around.clock().instant(), nextLook).toNanos());
        }
        if (left <= 0) {
          return;
        }
        changed.awaitNanos(left);
      }
    } finally {
      lock.unlock();
    }
  }

  void stopClaiming() {
    stopping = true;
    worker.stop();
    locked(changed::signalAll);
  }

  boolean stopping() {
    return stopping;
  }

  /// After the last step: others may have the lanes at once.
  void handBack() {
    forgetAll();
    around.db().useSystemTransaction(tx -> around.store().releaseAll(tx, id));
  }

  /// Gives up lanes that have been idle for long, so that the load of new work spreads.
  void releaseIdle() {
    long now = around.monotonic().nanos();
    long limit = around.settings().idleRelease().toNanos();
    List<LaneKey> idle =
        locked(
            () -> {
              var lanes =
                  owned.values().stream()
                      .filter(mine -> mine.state == State.IDLE && now - mine.since >= limit)
                      .map(mine -> mine.held.lane())
                      .toList();
              lanes.forEach(owned::remove);
              return lanes;
            });
    if (!idle.isEmpty()) {
      around.db().useSystemTransaction(tx -> around.store().release(tx, id, idle));
    }
  }

  private void run(Owned mine) {
    LaneKind kind = kinds.get(mine.held.lane().kind());
    long started = around.monotonic().nanos();
    LaneWorker.Outcome outcome =
        kind == null
            ? new LaneWorker.Outcome.Lost()
            : worker.step(kind, mine.held, mine.failures, SHORT_REST);
    locked(() -> settle(mine, outcome, around.monotonic().nanos() - started));
  }

  private void settle(Owned mine, LaneWorker.Outcome outcome, long cost) {
    boolean again = outcome instanceof LaneWorker.Outcome.More && !mine.stale;
    queue.done(mine.held.lane(), cost, again);
    mine.state = again ? State.READY : State.IDLE;
    if (mine.stale) {
      owned.remove(mine.held.lane());
      lookNow = true;
      changed.signalAll();
      return;
    }
    mine.failures = outcome instanceof LaneWorker.Outcome.Failed ? mine.failures + 1 : 0;
    switch (outcome) {
      case LaneWorker.Outcome.More() -> {}
      case LaneWorker.Outcome.Rest(Duration time) -> rest(mine, time);
      case LaneWorker.Outcome.Failed(Duration time) -> rest(mine, time);
      case LaneWorker.Outcome.Lost() -> owned.remove(mine.held.lane());
      case LaneWorker.Outcome.Idle(var next) -> {
        mine.since = around.monotonic().nanos();
        mine.next = next.orElse(null);
        next.ifPresent(this::lookAt);
      }
    }
    changed.signalAll();
  }

  private Optional<Owned> take() {
    if (stopping || !liveness.holdsFor(Duration.ZERO)) {
      return Optional.empty();
    }
    Owned mine;
    do {
      Optional<LaneKey> lane = queue.take();
      if (lane.isEmpty()) {
        return Optional.empty();
      }
      mine = owned.get(lane.get());
      if (mine == null) {
        queue.done(lane.get(), 0, false);
      }
    } while (mine == null);
    mine.state = State.RUNNING;
    return Optional.of(mine);
  }

  private boolean found(LaneStore.Held held) {
    Owned mine = owned.get(held.lane());
    if (mine != null && mine.held.epoch() != held.epoch()) {
      drop(mine);
      mine = owned.get(held.lane());
    }
    if (mine == null) {
      mine = new Owned(held);
      owned.put(held.lane(), mine);
    }
    if (mine.state != State.IDLE) {
      return false;
    }
    ready(mine);
    return true;
  }

  /// A lane that is being worked stays known until its step is over: one step of it at a time.
  private void drop(Owned mine) {
    if (mine.state == State.RUNNING) {
      mine.stale = true;
      return;
    }
    owned.remove(mine.held.lane());
    if (mine.state == State.READY) {
      queue.remove(mine.held.lane());
    }
  }

  private void forgetAll() {
    locked(() -> List.copyOf(owned.values()).forEach(this::drop));
  }

  private int wakeRested() {
    long now = around.monotonic().nanos();
    int readied = 0;
    for (Owned mine : owned.values()) {
      if (mine.state == State.RESTING && mine.until <= now) {
        ready(mine);
        readied++;
      }
    }
    return readied;
  }

  private void lookWhenDue(Owned mine) {
    if (mine.state == State.RESTING) {
      long left = mine.until - around.monotonic().nanos();
      lookAt(around.clock().instant().plusNanos(left));
    } else if (mine.state == State.IDLE && mine.next != null) {
      lookAt(mine.next);
    }
  }

  private void ready(Owned mine) {
    mine.state = State.READY;
    mine.next = null;
    queue.add(mine.held.lane());
    changed.signalAll();
  }

  private void rest(Owned mine, Duration time) {
    mine.state = State.RESTING;
    mine.until = around.monotonic().nanos() + time.toNanos();
    lookAt(around.clock().instant().plus(time));
  }

  private void lookAt(Instant moment) {
    if (nextLook == null || moment.isBefore(nextLook)) {
      nextLook = moment;
      changed.signalAll();
    }
  }

  private void locked(Runnable work) {
    lock.lock();
    try {
      work.run();
    } finally {
      lock.unlock();
    }
  }

  private <T> T locked(java.util.function.Supplier<T> work) {
    lock.lock();
    try {
      return work.get();
    } finally {
      lock.unlock();
    }
  }
}
