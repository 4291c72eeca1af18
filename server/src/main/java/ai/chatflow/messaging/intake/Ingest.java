package ai.chatflow.messaging.intake;

import ai.chatflow.api.model.ProblemCode;
import ai.chatflow.channels.ChannelUpdates;
import ai.chatflow.channels.InboundSink;
import ai.chatflow.platform.db.Db;
import ai.chatflow.platform.errors.DomainException;
import ai.chatflow.platform.errors.Unavailable;
import ai.chatflow.platform.ids.WorkspaceId;
import ai.chatflow.platform.json.Json;
import ai.chatflow.platform.lanes.DeadLetters;
import ai.chatflow.platform.lanes.LaneKey;
import ai.chatflow.platform.telemetry.Telemetry;
import ai.chatflow.platform.time.Monotonic;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Stores what providers say, by group commit: requests that arrive while a commit of their
/// workspace runs share the next one. `accept` returns after the commit, never before. A batch that
/// fails is bisected: one bad update costs only itself, and is kept as a dead letter.
public final class Ingest implements InboundSink {
  private static final Logger log = LoggerFactory.getLogger(Ingest.class);
  private static final int BATCH = 64;
  private static final int MAX_WAITING = 2_000;

  private final Db db;
  private final Intake intake;
  private final DeadLetters deadLetters;
  private final Telemetry telemetry;
  private final Monotonic monotonic;
  private final Map<WorkspaceId, Gate> gates = new ConcurrentHashMap<>();

  Ingest(Db db, Intake intake, DeadLetters deadLetters, Telemetry telemetry, Monotonic monotonic) {
    this.db = db;
    this.intake = intake;
    this.deadLetters = deadLetters;
    this.telemetry = telemetry;
    this.monotonic = monotonic;
  }

  @Override
  public void accept(List<ChannelUpdates> updates) {
    var byWorkspace = new LinkedHashMap<WorkspaceId, List<ChannelUpdates>>();
    for (var update : updates) {
      byWorkspace.computeIfAbsent(update.workspace(), _ -> new ArrayList<>()).add(update);
    }
    byWorkspace.forEach(
        (workspace, own) -> gates.computeIfAbsent(workspace, Gate::new).submit(own));
  }

  /// One caller's updates, and what became of them.
  private static final class Ticket {
    private final List<ChannelUpdates> updates;
    private boolean done;
    private @Nullable RuntimeException failure;

    Ticket(List<ChannelUpdates> updates) {
      this.updates = List.copyOf(updates);
    }
  }

  /// The queue before one workspace: whoever gets the lock commits for those who wait.
  private final class Gate {
    private final WorkspaceId workspace;
    private final ReentrantLock lock = new ReentrantLock();
    private final Queue<Ticket> waiting = new ConcurrentLinkedQueue<>();
    private final AtomicInteger count = new AtomicInteger();

    Gate(WorkspaceId workspace) {
      this.workspace = workspace;
    }

    void submit(List<ChannelUpdates> updates) {
      if (count.incrementAndGet() > MAX_WAITING) {
        count.decrementAndGet();
        throw new Unavailable(
            ProblemCode.SERVICE_UNAVAILABLE, "Too much is coming in.", Duration.ofSeconds(1));
      }
      var ticket = new Ticket(updates);
      waiting.add(ticket);
      try {
        await(ticket);
      } finally {
        count.decrementAndGet();
      }
      if (ticket.failure != null) {
        throw ticket.failure;
      }
    }

    private void await(Ticket ticket) {
      lock.lock();
      try {
        while (!ticket.done) {
          commit(drain());
        }
      } finally {
        lock.unlock();
      }
    }

    private List<Ticket> drain() {
      var batch = new ArrayList<Ticket>();
      Ticket next;
      while (batch.size() < BATCH && (next = waiting.poll()) != null) {
        batch.add(next);
      }
      return batch;
    }

    private void commit(List<Ticket> batch) {
      try {
        store(batch.stream().flatMap(t -> t.updates.stream()).toList());
      } catch (Unavailable e) {
        batch.forEach(t -> t.failure = e);
      } catch (RuntimeException e) {
        if (batch.size() == 1) {
          batch.getFirst().failure = e;
        } else {
          batch.forEach(this::commitAlone);
        }
      } catch (Error e) {
        // nobody may be told 200 because of it
        batch.forEach(t -> t.failure = new IllegalStateException("not stored", e));
        throw e;
      } finally {
        batch.forEach(t -> t.done = true);
      }
    }

    private void commitAlone(Ticket ticket) {
      try {
        store(ticket.updates);
      } catch (RuntimeException e) {
        ticket.failure = e;
      }
    }

    private void store(List<ChannelUpdates> updates) {
      try {
        long start = monotonic.nanos();
        db.useTransaction(workspace, tx -> intake.store(tx, updates));
        telemetry.ingested(
            updates.stream().mapToInt(u -> u.updates().size()).sum(),
            Duration.ofNanos(monotonic.nanos() - start));
      } catch (DomainException e) {
        throw e;
      } catch (RuntimeException e) {
        bisect(updates, e);
      }
    }

    private void bisect(List<ChannelUpdates> updates, RuntimeException failure) {
      var singles = split(updates);
      if (singles.size() > 1) {
        var half = singles.size() / 2;
        store(singles.subList(0, half));
        store(singles.subList(half, singles.size()));
        return;
      }
      var reason = reason(failure);
      log.error("An update could not be stored; it is kept as a dead letter. reason={}", reason);
      var bad = singles.getFirst();
      var lane = new LaneKey("ingest", workspace, String.valueOf(bad.channel()));
      db.useTransaction(workspace, tx -> deadLetters.bury(tx, lane, describe(bad), reason, 1));
    }
  }

  /// Without the one character that PostgreSQL cannot keep, which may be what was wrong.
  private static String describe(ChannelUpdates bad) {
    var updates = String.valueOf(bad.updates()).replace('\0', '\uFFFD');
    return Json.write(Map.of("provider", bad.provider(), "updates", updates));
  }

  /// The kind of failure, without its message: that may hold what people wrote.
  private static String reason(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof SQLException sql) {
        return "SQL state " + sql.getSQLState();
      }
    }
    return failure.getClass().getName();
  }

  private static List<ChannelUpdates> split(List<ChannelUpdates> updates) {
    return updates.stream()
        .flatMap(
            u ->
                u.updates().stream()
                    .map(
                        one ->
                            new ChannelUpdates(
                                u.workspace(), u.channel(), u.provider(), List.of(one))))
        .toList();
  }
}
