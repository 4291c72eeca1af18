package ai.chatflow.platform.http;

import ai.chatflow.api.model.Problem;
import ai.chatflow.api.model.ProblemCode;
import ai.chatflow.platform.context.RequestContext;
import ai.chatflow.platform.errors.DomainException;
import ai.chatflow.platform.json.Json;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;

/// Answers a servlet request with a problem, where no resource is involved.
public final class ProblemWriter {
  private final Problems problems;

  public ProblemWriter(Problems problems) {
    this.problems = problems;
  }

  public void write(HttpServletResponse response, DomainException refusal) throws IOException {
    var context = RequestContext.current();
    context.failed(refusal);
    var wait = Problems.retryAfter(refusal);
    if (wait.isPresent()) {
      response.setHeader("Retry-After", String.valueOf(Math.max(1, wait.get().toSeconds())));
    }
    write(response, problems.of(refusal, context.requestId(), context.path()));
  }

  public void write(HttpServletResponse response, ProblemCode code, String detail)
      throws IOException {
    var context = RequestContext.current();
    write(response, problems.of(code, detail, context.requestId(), context.path()));
  }

  private static void write(HttpServletResponse response, Problem problem) throws IOException {
    response.setStatus(problem.status());
    response.setContentType(Problems.MEDIA_TYPE);
    response.getOutputStream().write(Json.MAPPER.writeValueAsBytes(problem));
  }
}
