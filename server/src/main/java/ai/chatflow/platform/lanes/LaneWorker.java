package ai.chatflow.platform.lanes;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One step of a lane, and how a lane becomes idle without losing a wake.
final class LaneWorker {
  sealed interface Outcome {
    record More() implements Outcome {}

    /// Due again so soon that the lane is not put down.
    record Rest(Duration time) implements Outcome {}

    record Idle(Optional<Instant> next) implements Outcome {}

    record Failed(Duration rest) implements Outcome {}

    /// The lane has another owner.
    record Lost() implements Outcome {}

    /// For measuring.
    default String word() {
      return switch (this) {
        case More _ -> "more";
        case Rest _ -> "rest";
        case Idle _ -> "idle";
        case Failed _ -> "failed";
        case Lost _ -> "lost";
      };
    }
  }

  private static final Logger log = LoggerFactory.getLogger(LaneWorker.class);
  private static final long FIRST_REST_MILLIS = 100;
  private static final int MOST_DOUBLINGS = 8;
  private static final Duration SHORT_REST = Duration.ofMillis(100);

  private final UUID node;
  private final LaneNode.Surroundings around;
  private final Liveness liveness;
  private final LaneBook book;
  private volatile boolean stopping;

  LaneWorker(UUID node, LaneNode.Surroundings around, Liveness liveness, LaneBook book) {
    this.node = node;
    this.around = around;
    this.liveness = liveness;
    this.book = book;
  }

  void stop() {
    stopping = true;
  }

  Outcome step(LaneKind kind, OwnedLane mine) {
    LaneStore.Held held = mine.held();
    try {
      return switch (kind.work(new Run(mine))) {
        case MORE -> new Outcome.More();
        case SOON -> new Outcome.Rest(around.settings().gather());
        case IDLE -> putDown(kind, held);
      };
    } catch (RuntimeException e) {
      var rest = Duration.ofMillis(FIRST_REST_MILLIS << Math.min(mine.failures(), MOST_DOUBLINGS));
      log.error(
          "A step of a lane failed; it rests. kind={} workspace={} rest={}",
          held.lane().kind(),
          held.lane().workspace(),
          rest,
          e);
      return new Outcome.Failed(rest);
    }
  }

  /// Idle is committed first and the queue is read after it: a row that an enqueuer committed
  /// before is seen here, and one committed later finds the lane idle and wakes it.
  private Outcome putDown(LaneKind kind, LaneStore.Held held) {
    LaneKey lane = held.lane();
    Optional<Instant> next = kind.earliestDue(lane);
    if (next.isPresent()) {
      Duration wait = Duration.between(around.clock().instant(), next.get());
      if (wait.compareTo(SHORT_REST) <= 0) {
        return wait.isPositive() ? new Outcome.Rest(wait) : new Outcome.More();
      }
    }
    boolean mine =
        around
            .db()
            .inSystemTransaction(tx -> around.store().idle(tx, node, held, next.orElse(null)));
    if (!mine) {
      return new Outcome.Lost();
    }
    around.pauses().betweenIdleAndReread(lane);
    Optional<Instant> again = kind.earliestDue(lane);
    if (again.isEmpty() || (next.isPresent() && !again.get().isBefore(next.get()))) {
      return new Outcome.Idle(next);
    }
    boolean still =
        around.db().inSystemTransaction(tx -> around.store().idle(tx, node, held, again.get()));
    if (!still) {
      return new Outcome.Lost();
    }
    return again.get().isAfter(around.clock().instant())
        ? new Outcome.Idle(again)
        : new Outcome.More();
  }

  private final class Run implements LaneRun {
    private final OwnedLane mine;
    private final LaneStore.Held held;
    private final long generation;

    Run(OwnedLane mine) {
      this.mine = mine;
      this.held = mine.held();
      this.generation = mine.generation();
    }

    @Override
    public LaneKey lane() {
      return held.lane();
    }

    @Override
    public long epoch() {
      return held.epoch();
    }

    @Override
    public boolean mayStart(Duration callTimeout) {
      Duration longest = around.settings().longestCall();
      if (callTimeout.compareTo(longest) > 0) {
        throw new IllegalArgumentException(
            "a call of "
                + callTimeout
                + " could outlast the ownership of its lane; at most "
                + longest);
      }
      around.pauses().beforeSend(held.lane());
      return !stopping && liveness.holdsFor(generation, callTimeout);
    }

    @Override
    public <T> T outside(Supplier<T> call) {
      if (!book.stepOut(mine)) {
        return call.get();
      }
      try {
        return call.get();
      } finally {
        book.stepIn(mine);
      }
    }

    @Override
    public boolean stopping() {
      return stopping;
    }
  }
}
