package ai.chatflow.platform.db;

import ai.chatflow.api.model.ProblemCode;
import ai.chatflow.platform.errors.Unavailable;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// Repeats units of work that PostgreSQL asked us to repeat, and names the rest.
final class Retries {
  private static final int ATTEMPTS = 6;
  private static final long FIRST_WAIT_NANOS = Duration.ofMillis(4).toNanos();

  private final RandomGenerator random;

  Retries(RandomGenerator random) {
    this.random = random;
  }

  /// Work that may run more than once.
  interface Unit<T extends @Nullable Object> {
    T run();
  }

  <T extends @Nullable Object> T run(Unit<T> unit) {
    for (int attempt = 1; ; attempt++) {
      try {
        return unit.run();
      } catch (RuntimeException e) {
        if (attempt == ATTEMPTS || !isRepeatable(e)) {
          throw translated(e);
        }
      }
      LockSupport.parkNanos(random.nextLong(1, FIRST_WAIT_NANOS << attempt));
    }
  }

  private static boolean isRepeatable(RuntimeException e) {
    SQLException cause = sqlCause(e);
    return cause != null
        && ("40P01".equals(cause.getSQLState()) || "40001".equals(cause.getSQLState()));
  }

  private static RuntimeException translated(RuntimeException e) {
    SQLException cause = sqlCause(e);
    if (cause == null || !isPassing(cause)) {
      return e;
    }
    return new Unavailable(
        ProblemCode.SERVICE_UNAVAILABLE,
        "The database is away or too busy; try again in a moment.",
        Duration.ofSeconds(1),
        e);
  }

  private static boolean isPassing(SQLException e) {
    if (e instanceof SQLTransientConnectionException) {
      return true;
    }
    String state = e.getSQLState() == null ? "" : e.getSQLState();
    return state.startsWith("08")
        || state.startsWith("53")
        || state.startsWith("57")
        || state.startsWith("58")
        || state.equals("40P01")
        || state.equals("40001")
        || state.equals("55P03")
        || state.equals("25006");
  }

  private static @Nullable SQLException sqlCause(Throwable e) {
    Throwable cause = e;
    while (cause != null) {
      if (cause instanceof SQLException sql) {
        return sql;
      }
      cause = cause.getCause();
    }
    return null;
  }
}
