package ai.chatflow.platform.db;

import ai.chatflow.api.model.ProblemCode;
import ai.chatflow.platform.errors.Unavailable;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// Lets requests that arrive while a commit of their key runs share the next one: the queue that
/// forms meanwhile is batch enough, and whoever comes alone waits for nobody. `submit` returns
/// after the commit, never before.
///
/// @param <K> what is committed apart: a workspace
/// @param <Q> a request
/// @param <A> its answer
public final class GroupCommit<K, Q, A> {
  private static final int BATCH = 64;
  private static final int MAX_WAITING = 2_000;

  private final Work<K, Q, A> work;
  private final Map<K, Gate> gates = new ConcurrentHashMap<>();

  /// Commits a batch.
  public interface Work<K, Q, A> {
    /// Answers in the order of the requests. When it throws, each request is tried by itself, so
    /// that one bad request costs only itself; with `Unavailable` none is.
    List<A> commit(K key, List<Q> requests);
  }

  public GroupCommit(Work<K, Q, A> work) {
    this.work = work;
  }

  /// @throws Unavailable when too many wait
  public A submit(K key, Q request) {
    return gates.computeIfAbsent(key, Gate::new).submit(request);
  }

  /// One caller's request, and what became of it.
  private final class Ticket {
    private final Q request;
    private boolean done;
    private @Nullable A answer;
    private @Nullable RuntimeException failure;

    Ticket(Q request) {
      this.request = request;
    }

    A answer() {
      if (failure != null) {
        throw failure;
      }
      return Objects.requireNonNull(answer);
    }
  }

  /// The queue before one key: whoever gets the lock commits for those who wait.
  private final class Gate {
    private final K key;
    private final ReentrantLock lock = new ReentrantLock();
    private final Queue<Ticket> waiting = new ConcurrentLinkedQueue<>();
    private final AtomicInteger count = new AtomicInteger();

    Gate(K key) {
      this.key = key;
    }

    A submit(Q request) {
      if (count.incrementAndGet() > MAX_WAITING) {
        count.decrementAndGet();
        throw new Unavailable(
            ProblemCode.SERVICE_UNAVAILABLE, "Too much is coming in.", Duration.ofSeconds(1));
      }
      var ticket = new Ticket(request);
      waiting.add(ticket);
      try {
        await(ticket);
      } finally {
        count.decrementAndGet();
      }
      return ticket.answer();
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
        batch.forEach(t -> t.done = true);
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
