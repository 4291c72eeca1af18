package ai.chatflow.platform.http;

import ai.chatflow.platform.context.RequestContext;
import ai.chatflow.platform.errors.RateLimited;
import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;

/// Limits the requests of each key and tells in every answer what is left.
public final class RateLimitFilter implements Filter {
  private final RateLimits limits;
  private final ProblemWriter problems;

  public RateLimitFilter(RateLimits limits, ProblemWriter problems) {
    this.limits = limits;
    this.problems = problems;
  }

  @Override
  public void doFilter(ServletRequest in, ServletResponse out, FilterChain chain)
      throws IOException, ServletException {
    var response = (HttpServletResponse) out;
    if (RequestContext.isBound() && RequestContext.current().authenticated()) {
      try {
        limits.admit("key", RequestContext.current().principal().key(), response);
      } catch (RateLimited refusal) {
        problems.write(response, refusal);
        return;
      }
    }
    chain.doFilter(in, out);
  }
}
