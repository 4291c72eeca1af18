package ai.chatflow.platform.http;

import ai.chatflow.api.model.ProblemCode;
import ai.chatflow.platform.context.RequestContext;
import ai.chatflow.platform.errors.DomainException;
import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Logs each answer of 500 or more, once, with what caused it; attempts that were repeated with
/// success are none. What nobody caught becomes a problem here.
public final class FailureFilter implements Filter {
  private static final Logger log = LoggerFactory.getLogger(FailureFilter.class);

  private final ProblemWriter problems;

  public FailureFilter(ProblemWriter problems) {
    this.problems = problems;
  }

  @Override
  public void doFilter(ServletRequest in, ServletResponse out, FilterChain chain)
      throws IOException, ServletException {
    var response = (HttpServletResponse) out;
    try {
      chain.doFilter(in, out);
    } catch (RuntimeException | ServletException e) {
      if (response.isCommitted()) {
        throw e;
      }
      response.resetBuffer();
      problems.write(response, ProblemCode.INTERNAL_ERROR, "Quote the request id to support.");
      RequestContext.current().failed(e);
    }
    if (!in.isAsyncStarted() && response.getStatus() >= 500) {
      report((HttpServletRequest) in, response.getStatus());
    }
  }

  /// A refusal says all there is to say; the stacks of those that a database in trouble causes
  /// would fill the disk.
  private static void report(HttpServletRequest request, int status) {
    var event = status == 500 ? log.atError() : log.atWarn();
    var failure = RequestContext.current().failure();
    event
        .setCause(failure instanceof DomainException ? null : failure)
        .addKeyValue("status", status)
        .addKeyValue("method", request.getMethod())
        .addKeyValue("operation", request.getAttribute(MeasureFilter.OPERATION))
        .log("A request failed on our side.");
  }
}
