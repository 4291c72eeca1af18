package ai.chatflow.platform.http;

import ai.chatflow.api.model.ProblemCode;
import ai.chatflow.platform.errors.Unavailable;
import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/// Works on so many requests at once. The others wait, with their bodies unread, in the order in
/// which they came; one that waits too long is told to come again.
///
/// Small requests that share a commit have turns of their own, and more of them: they wait for that
/// commit and for nothing else, and the more there are, the more share it. Answers without end take
/// no turn: they would keep it.
public final class TurnFilter implements Filter {
  private static final int SMALL = 64 * 1024;

  private final ProblemWriter problems;
  private final Function<HttpServletRequest, Kind> kinds;
  private final Semaphore turns;
  private final Semaphore shared;
  private final Duration longestWait;

  /// What a request does with its turn: it has an end, shares a commit with others, or has no end.
  public enum Kind {
    ENDING,
    SHARING,
    ENDLESS
  }

  /// How many at once, and how long the others wait.
  ///
  /// @param turns more would only wait for the database, each with its body in memory
  /// @param shared of small requests that share a commit
  public record Room(int turns, int shared, Duration longestWait) {
    public static final Room USUAL = new Room(32, 256, Duration.ofSeconds(5));
  }

  public TurnFilter(ProblemWriter problems, Function<HttpServletRequest, Kind> kinds, Room room) {
    this.problems = problems;
    this.kinds = kinds;
    this.turns = new Semaphore(room.turns(), true);
    this.shared = new Semaphore(room.shared(), true);
    this.longestWait = room.longestWait();
  }

  @Override
  public void doFilter(ServletRequest in, ServletResponse out, FilterChain chain)
      throws IOException, ServletException {
    var request = (HttpServletRequest) in;
    var kind = kinds.apply(request);
    if (kind == Kind.ENDLESS) {
      chain.doFilter(in, out);
      return;
    }
    var turn = kind == Kind.SHARING && small(request) ? shared : turns;
    if (comes(turn)) {
      try {
        chain.doFilter(in, out);
      } finally {
        turn.release();
      }
    } else {
      problems.write(
          (HttpServletResponse) out,
          new Unavailable(
              ProblemCode.SERVICE_UNAVAILABLE, "Too much to do.", Duration.ofSeconds(1)));
    }
  }

  private static boolean small(HttpServletRequest request) {
    long length = request.getContentLengthLong();
    return length >= 0 && length <= SMALL;
  }

  private boolean comes(Semaphore turn) {
    try {
      return turn.tryAcquire(longestWait.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
