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

/// Works on so many requests at once. The others wait, with their bodies unread, in the order in
/// which they came; one that waits too long is told to come again. Answers without end take no
/// turn: they would keep it.
public final class TurnFilter implements Filter {
  /// More would only wait for the database, each with its body in memory.
  private static final int AT_ONCE = 32;

  private static final Duration LONGEST_WAIT = Duration.ofSeconds(5);

  private final ProblemWriter problems;
  private final String endless;
  private final Semaphore turns;
  private final Duration longestWait;

  /// @param endless the path whose answers have no end
  public TurnFilter(ProblemWriter problems, String endless) {
    this(problems, endless, AT_ONCE, LONGEST_WAIT);
  }

  TurnFilter(ProblemWriter problems, String endless, int atOnce, Duration longestWait) {
    this.problems = problems;
    this.endless = endless;
    this.turns = new Semaphore(atOnce, true);
    this.longestWait = longestWait;
  }

  @Override
  public void doFilter(ServletRequest in, ServletResponse out, FilterChain chain)
      throws IOException, ServletException {
    if (endless.equals(((HttpServletRequest) in).getRequestURI())) {
      chain.doFilter(in, out);
    } else if (comes()) {
      try {
        chain.doFilter(in, out);
      } finally {
        turns.release();
      }
    } else {
      problems.write(
          (HttpServletResponse) out,
          new Unavailable(
              ProblemCode.SERVICE_UNAVAILABLE, "Too much to do.", Duration.ofSeconds(1)));
    }
  }

  private boolean comes() {
    try {
      return turns.tryAcquire(longestWait.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
