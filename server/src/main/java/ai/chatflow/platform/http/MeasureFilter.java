package ai.chatflow.platform.http;

import ai.chatflow.platform.telemetry.Telemetry;
import ai.chatflow.platform.time.Monotonic;
import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Duration;

/// The outermost filter: measures every answer, those of refused credentials too.
public final class MeasureFilter implements Filter {
  /// The attribute of a request that names its operation, once that is known.
  static final String OPERATION = "chatflow.operation";

  private final Telemetry telemetry;
  private final Monotonic monotonic;

  public MeasureFilter(Telemetry telemetry, Monotonic monotonic) {
    this.telemetry = telemetry;
    this.monotonic = monotonic;
  }

  @Override
  public void doFilter(ServletRequest in, ServletResponse out, FilterChain chain)
      throws IOException, ServletException {
    long start = monotonic.nanos();
    try {
      chain.doFilter(in, out);
    } finally {
      if (!in.isAsyncStarted()) {
        telemetry.answered(
            operation((HttpServletRequest) in),
            ((HttpServletResponse) out).getStatus(),
            Duration.ofNanos(monotonic.nanos() - start));
      }
    }
  }

  private static String operation(HttpServletRequest request) {
    if (request.getAttribute(OPERATION) instanceof String operation) {
      return operation;
    }
    var path = request.getRequestURI();
    if (path.equals("/graphql")) {
      return "graphql";
    }
    return path.startsWith("/hooks/") ? "hook" : "none";
  }
}
