package ai.chatflow.platform.db;

import ai.chatflow.platform.ids.WorkspaceId;
import com.zaxxer.hikari.HikariDataSource;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import javax.sql.DataSource;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.statement.SqlLogger;
import org.jspecify.annotations.Nullable;

/// The only door to the database. A transaction that is asked for while one of the same workspace
/// is open on the thread joins it and commits with it; one of another workspace is a mistake.
///
/// A deadlock or a serialization failure runs the outermost unit of work again, so the work must be
/// repeatable: it makes its ids before the transaction or does not mind new ones. A database that
/// is away, full or too slow is `Unavailable`.
public final class Db implements AutoCloseable {
  private final HikariDataSource requestPool;
  private final HikariDataSource workerPool;
  private final Jdbi request;
  private final Jdbi worker;
  private final Retries retries;
  private final ScopedValue<OpenTransaction> open = ScopedValue.newInstance();

  private Db(HikariDataSource requestPool, HikariDataSource workerPool, RandomGenerator random) {
    this.requestPool = requestPool;
    this.workerPool = workerPool;
    this.request = JdbiSetup.over(requestPool);
    this.worker = JdbiSetup.over(workerPool);
    this.retries = new Retries(random);
  }

  /// Opens the pools without waiting for the database: it may come later, or go and come back.
  public static Db open(PoolSettings request, PoolSettings worker, RandomGenerator random) {
    return new Db(Pools.open(request), Pools.open(worker), random);
  }

  /// Runs the work as the request role, which sees the rows of this workspace only.
  public <T extends @Nullable Object> T inTransaction(
      WorkspaceId workspace, Function<WorkspaceTx, T> work) {
    if (open.isBound()) {
      OpenTransaction outer = open.get();
      WorkspaceTx tx = outer.asWorkspace(workspace);
      return joined(outer, () -> work.apply(tx));
    }
    return retries.run(
        () -> {
          try (Handle handle = request.open()) {
            handle.begin();
            OpenTransaction started = OpenTransaction.of(handle, workspace);
            return outermost(started, handle, () -> work.apply(started.asWorkspace(workspace)));
          }
        });
  }

  /// `inTransaction` for work that returns nothing.
  public void useTransaction(WorkspaceId workspace, Consumer<WorkspaceTx> work) {
    this.<@Nullable Void>inTransaction(
        workspace,
        tx -> {
          work.accept(tx);
          return null;
        });
  }

  /// Runs the work as the worker role, which sees the rows of all workspaces.
  public <T extends @Nullable Object> T inSystemTransaction(Function<SystemTx, T> work) {
    if (open.isBound()) {
      OpenTransaction outer = open.get();
      SystemTx tx = outer.asSystem();
      return joined(outer, () -> work.apply(tx));
    }
    return retries.run(
        () -> {
          try (Handle handle = worker.open()) {
            handle.begin();
            OpenTransaction started = OpenTransaction.ofSystem(handle);
            return outermost(started, handle, () -> work.apply(started.asSystem()));
          }
        });
  }

  /// `inSystemTransaction` for work that returns nothing.
  public void useSystemTransaction(Consumer<SystemTx> work) {
    this.<@Nullable Void>inSystemTransaction(
        tx -> {
          work.accept(tx);
          return null;
        });
  }

  /// Tells of every statement of both roles, for measuring.
  public void observe(SqlLogger statements) {
    request.setSqlLogger(statements);
    worker.setSqlLogger(statements);
  }

  /// How busy a pool is.
  ///
  /// @param awaited threads that wait for a connection
  public record PoolUse(int active, int limit, int awaited) {}

  /// How busy the pools are, by name.
  public Map<String, PoolUse> pools() {
    return Map.of("request", use(requestPool), "worker", use(workerPool));
  }

  private static PoolUse use(HikariDataSource pool) {
    var now = pool.getHikariPoolMXBean();
    int limit = pool.getMaximumPoolSize();
    return now == null
        ? new PoolUse(0, limit, 0)
        : new PoolUse(now.getActiveConnections(), limit, now.getThreadsAwaitingConnection());
  }

  /// The pool of the request role, for health checks and metrics.
  public DataSource requestDataSource() {
    return requestPool;
  }

  /// The pool of the worker role, for health checks and metrics.
  public DataSource workerDataSource() {
    return workerPool;
  }

  @Override
  public void close() {
    requestPool.close();
    workerPool.close();
  }

  private <T extends @Nullable Object> T joined(OpenTransaction outer, Retries.Unit<T> work) {
    outer.join();
    try {
      return work.run();
    } catch (Throwable failure) {
      outer.markBroken();
      throw failure;
    } finally {
      outer.leave();
    }
  }

  private <T extends @Nullable Object> T outermost(
      OpenTransaction tx, Handle handle, Retries.Unit<T> work) {
    T result;
    try {
      result =
          ScopedValue.where(open, tx)
              .call(
                  () -> {
                    T done = work.run();
                    complete(tx);
                    return done;
                  });
    } catch (Throwable failure) {
      rollBack(handle, failure);
      throw failure;
    }
    handle.close();
    tx.runCallbacks();
    return result;
  }

  private static void complete(OpenTransaction tx) {
    if (tx.broken()) {
      throw new IllegalStateException(
          "a joined unit of work failed and its caller went on; nothing was committed");
    }
    tx.commit();
  }

  private static void rollBack(Handle handle, Throwable failure) {
    try {
      handle.rollback();
    } catch (RuntimeException alsoFailed) {
      failure.addSuppressed(alsoFailed);
    }
  }
}
