package ai.chatflow.platform.http;

import ai.chatflow.api.model.ProblemCode;
import ai.chatflow.platform.context.RequestContext;
import ai.chatflow.platform.errors.RateLimited;
import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Duration;

/// Limits the requests of each key and tells in every answer what is left, in the headers of
/// draft-ietf-httpapi-ratelimit-headers.
public final class RateLimitFilter implements Filter {
  private final RateLimits limits;
  private final ProblemWriter problems;
  private final String policy;

  public RateLimitFilter(RateLimits limits, ProblemWriter problems) {
    this.limits = limits;
    this.problems = problems;
    this.policy = "\"key\";q=%d;w=%d".formatted(limits.burst(), seconds(limits.window()));
  }

  @Override
  public void doFilter(ServletRequest in, ServletResponse out, FilterChain chain)
      throws IOException, ServletException {
    var response = (HttpServletResponse) out;
    if (!RequestContext.isBound() || !RequestContext.current().authenticated()) {
      chain.doFilter(in, out);
      return;
    }
    var verdict = limits.take(RequestContext.current().principal().key());
    response.setHeader("RateLimit-Policy", policy);
    response.setHeader(
        "RateLimit", "\"key\";r=%d;t=%d".formatted(verdict.remaining(), seconds(verdict.whole())));
    if (verdict.allowed()) {
      chain.doFilter(in, out);
    } else {
      problems.write(
          response,
          new RateLimited(
              ProblemCode.RATE_LIMITED,
              "This key has made too many requests.",
              Duration.ofSeconds(seconds(verdict.retryAfter()))));
    }
  }

  private static long seconds(Duration time) {
    return time.plusNanos(999_999_999).toSeconds();
  }
}
