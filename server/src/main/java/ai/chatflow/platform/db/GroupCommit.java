package ai.chatflow.platform.db;

import ai.chatflow.api.model.ProblemCode;
import ai.chatflow.platform.errors.Unavailable;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// Lets requests that arrive while a commit of their key runs share the next one: the queue that
/// forms meanwhile is batch enough, and whoever comes alone waits for nobody. `submit` returns
/// after the commit, never before.
///
/// Few keys commit at once, so that the queues of many keys have time to form too. A key whose
/// commit hangs, on a lock of its own, keeps the others waiting a moment and no longer.
///
/// @param <K> what is committed apart: a workspace
/// @param <Q> a request
/// @param <A> its answer
public final class GroupCommit<K, Q, A> {
  private static final int BATCH = 64;
  private static final int MAX_WAITING = 2_000;
  static final int AT_ONCE = 3;
  private static final Duration TURN = Duration.ofMillis(200);

  private final Work<K, Q, A> work;
  private final Duration turn;
  private final Semaphore turns = new Semaphore(AT_ONCE, true);
  private final Map<K, Gate> gates = new ConcurrentHashMap<>();

  /// Commits a batch.
  public interface Work<K, Q, A> {
    /// Answers in the order of the requests. When it throws, each request is tried by itself, so
    /// that one bad request costs only itself; with `Unavailable` none is.
    List<A> commit(K key, List<Q> requests);
  }

  public GroupCommit(Work<K, Q, A> work) {
    this(work, TURN);
  }

  /// @param turn how long a key waits for the others at most
  GroupCommit(Work<K, Q, A> work, Duration turn) {
    this.work = work;
    this.turn = turn;
  }

  /// @throws Unavailable when too many wait
  public A submit(K key, Q request) {
    return gates.computeIfAbsent(key, Gate::new).submit(request);
  }

  /// How many requests wait for the next commit of a key.
  int waiting(K key) {
    return gates.computeIfAbsent(key, Gate::new).waiting();
  }

  /// Whether the caller has a turn to give back. Without one it goes on all the same, late.
  private boolean takeTurn() {
    try {
      return turns.tryAcquire(turn.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /// One caller's request, and what became of it.
  private final class Ticket {
    private final Q request;

    /// Given when the caller has to commit, or when the request is done.
    private final Semaphore signal = new Semaphore(0);

    private boolean leads;
    private @Nullable A answer;
    private @Nullable RuntimeException failure;

    Ticket(Q request) {
      this.request = request;
    }

    void lead() {
      leads = true;
      signal.release();
    }

    A answer() {
      if (failure != null) {
        throw failure;
      }
      return Objects.requireNonNull(answer);
    }
  }

  /// The queue before one key. One caller leads: it commits for those who wait, and then hands the
  /// lead to the one who waits longest, together with its batch. Two leaders made batches smaller:
  /// the same rate, a fifth more CPU time.
  private final class Gate {
    private final K key;
    private final ReentrantLock lock = new ReentrantLock();
    private final ArrayDeque<Ticket> waiting = new ArrayDeque<>();
    private boolean led;

    Gate(K key) {
      this.key = key;
    }

    A submit(Q request) {
      var ticket = new Ticket(request);
      enter(ticket);
      ticket.signal.acquireUninterruptibly();
      if (ticket.leads) {
        boolean turn = takeTurn();
        try {
          commit(batch());
        } finally {
          if (turn) {
            turns.release();
          }
          handOver();
        }
      }
      return ticket.answer();
    }

    int waiting() {
      lock.lock();
      try {
        return waiting.size();
      } finally {
        lock.unlock();
      }
    }

    private void enter(Ticket ticket) {
      lock.lock();
      try {
        if (waiting.size() >= MAX_WAITING) {
          throw new Unavailable(
              ProblemCode.SERVICE_UNAVAILABLE, "Too much is coming in.", Duration.ofSeconds(1));
        }
        waiting.add(ticket);
        if (!led) {
          led = true;
          ticket.lead();
        }
      } finally {
        lock.unlock();
      }
    }

    /// The caller, who waits longest, and those who came since.
    private List<Ticket> batch() {
      lock.lock();
      try {
        var batch = new ArrayList<Ticket>();
        while (batch.size() < BATCH && !waiting.isEmpty()) {
          batch.add(waiting.remove());
        }
        return batch;
      } finally {
        lock.unlock();
      }
    }

    private void handOver() {
      lock.lock();
      try {
        var next = waiting.peek();
        if (next == null) {
          led = false;
        } else {
          next.lead();
        }
      } finally {
        lock.unlock();
      }
    }

    /// The first of the batch is the caller, who needs no signal.
    private void commit(List<Ticket> batch) {
      try {
        answer(batch);
      } catch (Unavailable e) {
        batch.forEach(t -> t.failure = e);
      } catch (RuntimeException e) {
        if (batch.size() == 1) {
          batch.getFirst().failure = e;
        } else {
          batch.forEach(this::commitAlone);
        }
      } catch (Error e) {
        // nobody may be told that it is stored because of it
        batch.forEach(t -> t.failure = new IllegalStateException("not stored", e));
        throw e;
      } finally {
        batch.stream().skip(1).forEach(t -> t.signal.release());
      }
    }

    private void commitAlone(Ticket ticket) {
      try {
        answer(List.of(ticket));
      } catch (RuntimeException e) {
        ticket.failure = e;
      }
    }

    private void answer(List<Ticket> batch) {
      var answers = work.commit(key, batch.stream().map(t -> t.request).toList());
      for (int i = 0; i < batch.size(); i++) {
        batch.get(i).answer = answers.get(i);
      }
    }
  }
}
