package ai.chatflow.platform.graphql;

import ai.chatflow.api.model.ProblemCode;
import ai.chatflow.platform.errors.DomainException;
import ai.chatflow.platform.http.BodyLimit;
import ai.chatflow.platform.http.ProblemWriter;
import ai.chatflow.platform.json.Json;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// `POST /graphql`. What is no GraphQL request is a problem; what is one is answered with 200, its
/// errors inside.
public final class GraphServlet extends HttpServlet {
  private static final long serialVersionUID = 1L;

  private final transient GraphEngine engine;
  private final transient ProblemWriter problems;

  public GraphServlet(GraphEngine engine, ProblemWriter problems) {
    this.engine = engine;
    this.problems = problems;
  }

  @Override
  protected void service(HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    if (!request.getMethod().equals("POST")) {
      response.setHeader("Allow", "POST");
      problems.write(response, ProblemCode.METHOD_NOT_ALLOWED, "Allowed: POST");
    } else if (!isJson(request.getContentType())) {
      problems.write(response, ProblemCode.UNSUPPORTED_MEDIA_TYPE, "Send application/json.");
    } else {
      answer(request, response);
    }
  }

  private void answer(HttpServletRequest request, HttpServletResponse response) throws IOException {
    try {
      var body = BodyLimit.read(request.getInputStream(), BodyLimit.API);
      var answer = engine.execute(GraphRequest.read(body));
      response.setContentType("application/json");
      response.setHeader("Cache-Control", "no-store");
      response.getOutputStream().write(Json.MAPPER.writeValueAsBytes(answer));
    } catch (BodyLimit.TooLarge _) {
      problems.write(response, ProblemCode.PAYLOAD_TOO_LARGE, "At most 1 MiB.");
    } catch (DomainException refusal) {
      problems.write(response, refusal);
    }
  }

  private static boolean isJson(@Nullable String contentType) {
    return contentType != null
        && contentType.split(";", 2)[0].strip().toLowerCase(Locale.ROOT).equals("application/json");
  }
}
