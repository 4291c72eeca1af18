package ai.chatflow.platform.lanes;

import ai.chatflow.platform.lanes.OwnedLane.Rest;
import ai.chatflow.platform.lanes.OwnedLane.State;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// What this node knows of the lanes that it owns, and whose turn it is. In memory only: what it
/// forgets is found in the database again. One step of a lane at a time, whatever happens to its
/// ownership meanwhile.
final class LaneBook {
  private static final long QUANTUM_NANOS = Duration.ofMillis(50).toNanos();

  private final InstantSource clock;
  private final Liveness liveness;
  private final LaneNode.Surroundings around;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final Map<LaneKey, OwnedLane> owned = new HashMap<>();
  private final FairQueue queue;
  private final PriorityQueue<Rest> rests =
      new PriorityQueue<>((a, b) -> Long.compare(a.until() - b.until(), 0));
  private @Nullable Instant nextLook;
  private int running;
  private int outside;
  private int comingIn;
  private boolean lookNow;
  private boolean stopped;

  LaneBook(LaneNode.Surroundings around, Liveness liveness) {
    this.around = around;
    this.clock = around.clock();
    this.liveness = liveness;
    this.queue = new FairQueue(QUANTUM_NANOS, around.settings().perWorkspace());
  }

  /// Before a look at the database: what asks for a look from now on asks for the next one.
  void looking() {
    locked(
        () -> {
          lookNow = false;
          nextLook = null;
        });
  }

  /// The lanes that a look found due and ours; returns how many lanes became ready.
  int found(List<LaneStore.Held> due, long generation) {
    return locked(
        () -> {
          int readied = wakeRested();
          for (LaneStore.Held held : due) {
            readied += found(held, generation) ? 1 : 0;
          }
          owned.values().forEach(this::lookWhenDue);
          return readied;
        });
  }

  /// A lane of ours, or one that nobody owns, has become due at `due`.
  void woken(LaneKey lane, Instant due) {
    locked(
        () -> {
          OwnedLane mine = owned.get(lane);
          if (due.isAfter(clock.instant())) {
            if (mine != null) {
              mine.next = due;
            }
            lookAt(due);
          } else if (mine == null || mine.state == State.LEAVING) {
            lookSoon();
          } else if (mine.state == State.IDLE) {
            ready(mine);
          }
        });
  }

  /// Whether a step of the lane is still to come here. Whoever has committed a row for it before
  /// this call need not wake it: a step that has not begun sees the row, and one that is running
  /// may have looked for the last time already, so that `settle` then asks for the wake.
  boolean busy(LaneKey lane) {
    return locked(
        () -> {
          OwnedLane mine = owned.get(lane);
          if (mine == null || mine.stale || stopped || !held(mine)) {
            return false;
          }
          mine.wokenMeanwhile |= mine.state == State.RUNNING;
          return mine.state != State.IDLE && mine.state != State.LEAVING;
        });
  }

  private boolean held(OwnedLane mine) {
    return liveness.holdsFor(mine.generation(), Duration.ZERO);
  }

  /// Another node says that a lane is due.
  void signalled(LaneKey lane) {
    locked(
        () -> {
          OwnedLane mine = owned.get(lane);
          if (mine != null && mine.state == State.IDLE) {
            ready(mine);
          }
        });
  }

  /// The lane whose turn it is; it runs until `settle`.
  Optional<OwnedLane> take() {
    return locked(this::taken);
  }

  /// Like `take`, but waits; empty only when the node stops.
  Optional<OwnedLane> await() throws InterruptedException {
    lock.lockInterruptibly();
    try {
      Optional<OwnedLane> next = taken();
      while (next.isEmpty() && !stopped) {
        changed.awaitNanos(untilRested());
        next = taken();
      }
      return next;
    } finally {
      lock.unlock();
    }
  }

  /// The step of a lane waits for somebody else and gives its place up; false when too many do.
  boolean stepOut(OwnedLane mine) {
    return locked(
        () -> {
          if (outside >= around.settings().outside()) {
            return false;
          }
          outside++;
          running--;
          mine.outside -= around.monotonic().nanos();
          queue.stepOut(mine.held().lane());
          changed.signalAll();
          return true;
        });
  }

  /// Takes a place again, before any step that has not begun.
  void stepIn(OwnedLane mine) {
    locked(
        () -> {
          comingIn++;
          while (running >= around.settings().workers()) {
            changed.awaitUninterruptibly();
          }
          comingIn--;
          outside--;
          running++;
          mine.outside += around.monotonic().nanos();
          queue.stepIn(mine.held().lane());
          changed.signalAll();
        });
  }

  /// Waits until no step is under way; false when one still is after `longest`.
  boolean awaitQuiet(Duration longest) throws InterruptedException {
    lock.lockInterruptibly();
    try {
      long left = longest.toNanos();
      while (running + outside > 0 && left > 0) {
        left = changed.awaitNanos(left);
      }
      return running + outside == 0;
    } finally {
      lock.unlock();
    }
  }

  private long untilRested() {
    var first = rests.peek();
    return first == null ? Long.MAX_VALUE : first.until() - around.monotonic().nanos();
  }

  /// Ends a step; true when the lane became due after the step's last look at its queue, perhaps.
  boolean settle(OwnedLane mine, LaneWorker.Outcome outcome, long cost) {
    return locked(
        () -> {
          settled(mine, outcome, cost);
          boolean missed = mine.wokenMeanwhile && owned.get(mine.held().lane()) != mine;
          missed |= mine.wokenMeanwhile && mine.state == State.IDLE;
          mine.wokenMeanwhile = false;
          return missed;
        });
  }

  /// Waits until the next look at the database is due: at the latest after `longest`.
  void awaitLook(Duration longest) throws InterruptedException {
    lock.lockInterruptibly();
    try {
      long end = around.monotonic().nanos() + longest.toNanos();
      while (!lookNow && !stopped) {
        long left = end - around.monotonic().nanos();
        if (nextLook != null) {
          left = Math.min(left, Duration.between(clock.instant(), nextLook).toNanos());
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

  /// Lanes that have been idle for `idle`; nothing happens to them until `left`.
  List<LaneStore.Held> leave(Duration idle) {
    long now = around.monotonic().nanos();
    return locked(
        () -> {
          var leaving = new ArrayList<LaneStore.Held>();
          for (OwnedLane mine : owned.values()) {
            if (mine.state == State.IDLE && now - mine.idleSince >= idle.toNanos()) {
              mine.state = State.LEAVING;
              leaving.add(mine.held());
            }
          }
          return leaving;
        });
  }

  void left(List<LaneStore.Held> lanes) {
    locked(
        () -> {
          lanes.forEach(held -> owned.remove(held.lane()));
          lookSoon();
        });
  }

  void forgetAll() {
    locked(() -> List.copyOf(owned.values()).forEach(this::drop));
  }

  void stop() {
    locked(
        () -> {
          stopped = true;
          changed.signalAll();
        });
  }

  private void settled(OwnedLane mine, LaneWorker.Outcome outcome, long cost) {
    boolean stale = mine.stale || mine.generation() != liveness.generation();
    boolean again = outcome instanceof LaneWorker.Outcome.More && !stale;
    running--;
    queue.done(mine.held().lane(), cost - mine.outside, again);
    mine.outside = 0;
    mine.state = again ? State.READY : State.IDLE;
    mine.failures = outcome instanceof LaneWorker.Outcome.Failed ? mine.failures + 1 : 0;
    if (stale) {
      owned.remove(mine.held().lane());
      lookSoon();
      return;
    }
    switch (outcome) {
      case LaneWorker.Outcome.More() -> {}
      case LaneWorker.Outcome.Rest(Duration time) -> rest(mine, time);
      case LaneWorker.Outcome.Failed(Duration time) -> rest(mine, time);
      case LaneWorker.Outcome.Lost() -> owned.remove(mine.held().lane());
      case LaneWorker.Outcome.Idle(var next) -> {
        mine.idleSince = around.monotonic().nanos();
        mine.next = next.orElse(null);
        next.ifPresent(this::lookAt);
      }
    }
    changed.signalAll();
  }

  private Optional<OwnedLane> taken() {
    wakeRested();
    while (!stopped && placeFree() && liveness.holdsFor(Duration.ZERO)) {
      Optional<LaneKey> lane = queue.take();
      if (lane.isEmpty()) {
        return Optional.empty();
      }
      OwnedLane mine = owned.get(lane.get());
      if (mine != null && mine.generation() == liveness.generation()) {
        mine.state = State.RUNNING;
        running++;
        return Optional.of(mine);
      }
      owned.remove(lane.get());
      queue.done(lane.get(), 0, false);
    }
    return Optional.empty();
  }

  private boolean placeFree() {
    return running + comingIn < around.settings().workers();
  }

  private boolean found(LaneStore.Held held, long generation) {
    OwnedLane mine = owned.get(held.lane());
    if (mine != null && (mine.held().epoch() != held.epoch() || mine.generation() != generation)) {
      drop(mine);
      mine = owned.get(held.lane());
    }
    if (mine == null) {
      mine = new OwnedLane(held, generation);
      owned.put(held.lane(), mine);
    }
    if (mine.state != State.IDLE) {
      return false;
    }
    ready(mine);
    return true;
  }

  /// A lane that is being worked stays known until its step is over.
  private void drop(OwnedLane mine) {
    if (mine.state == State.RUNNING || mine.state == State.LEAVING) {
      mine.stale = true;
      return;
    }
    owned.remove(mine.held().lane());
    if (mine.state == State.READY) {
      queue.remove(mine.held().lane());
    }
  }

  private int wakeRested() {
    long now = around.monotonic().nanos();
    int readied = 0;
    for (var rest = rests.peek(); rest != null && rest.until() - now <= 0; rest = rests.peek()) {
      rests.remove();
      if (rest.counts()) {
        ready(rest.lane());
        readied++;
      }
    }
    return readied;
  }

  private void lookWhenDue(OwnedLane mine) {
    if (mine.state == State.IDLE && mine.next != null) {
      lookAt(mine.next);
    }
  }

  private void ready(OwnedLane mine) {
    mine.state = State.READY;
    mine.next = null;
    queue.add(mine.held().lane());
    changed.signalAll();
  }

  private void rest(OwnedLane mine, Duration time) {
    mine.state = State.RESTING;
    mine.restsUntil = around.monotonic().nanos() + time.toNanos();
    rests.add(new Rest(mine, mine.restsUntil));
  }

  private void lookAt(Instant moment) {
    if (nextLook == null || moment.isBefore(nextLook)) {
      nextLook = moment;
      changed.signalAll();
    }
  }

  private void lookSoon() {
    lookNow = true;
    changed.signalAll();
  }

  private void locked(Runnable work) {
    lock.lock();
    try {
      work.run();
    } finally {
      lock.unlock();
    }
  }

  private <T> T locked(Supplier<T> work) {
    lock.lock();
    try {
      return work.get();
    } finally {
      lock.unlock();
    }
  }
}
