package ai.chatflow.platform.http;

import ai.chatflow.api.model.ProblemCode;
import ai.chatflow.platform.context.Principal;
import ai.chatflow.platform.context.RequestContext;
import ai.chatflow.platform.errors.BadRequest;
import ai.chatflow.platform.errors.DomainException;
import ai.chatflow.platform.errors.RateLimited;
import ai.chatflow.platform.ids.IdGenerator;
import ai.chatflow.platform.json.Json;
import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.UUID;
import org.eclipse.jetty.ee10.servlet.ServletContextRequest;
import org.eclipse.jetty.util.UrlEncoded;
import org.jspecify.annotations.Nullable;
import org.slf4j.MDC;

/// The first filter of every request: gives it an id, finds out who asks, and binds both for as
/// long as it is served. Paths under `/v1` and `/graphql` need credentials; the others do not.
public final class RequestFilter implements Filter {
  /// What Jetty makes of bytes that are no UTF-8.
  private static final char NO_CHARACTER = '\uFFFD';

  private final Authenticator authenticator;
  private final Problems problems;
  private final RateLimits limits;
  private final IdGenerator ids;

  public RequestFilter(
      Authenticator authenticator, Problems problems, RateLimits limits, IdGenerator ids) {
    this.authenticator = authenticator;
    this.problems = problems;
    this.limits = limits;
    this.ids = ids;
  }

  @Override
  public void doFilter(ServletRequest in, ServletResponse out, FilterChain chain)
      throws IOException, ServletException {
    var request = (HttpServletRequest) in;
    var response = (HttpServletResponse) out;
    var id = requestId(request.getHeader("Request-Id"), ids);
    response.setHeader("Request-Id", id);
    response.setHeader("X-Content-Type-Options", "nosniff");
    MDC.put("request", id);
    try {
      serve(id, request, response, chain);
      BodyLimit.drain(request.getInputStream());
    } finally {
      MDC.remove("request");
      MDC.remove("workspace");
    }
  }

  private void serve(
      String id, HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws IOException, ServletException {
    if (!readable(request.getQueryString())) {
      var unreadable =
          new BadRequest(ProblemCode.MALFORMED_REQUEST, "The query is not percent-encoded UTF-8.");
      refuse(counted(unreadable, request, response), id, request, response);
      return;
    }
    Principal principal = null;
    if (needsCredentials(request.getRequestURI())) {
      try {
        principal = authenticator.authenticate(request.getHeader("Authorization"));
        MDC.put("workspace", principal.workspace().toString());
      } catch (DomainException refusal) {
        refuse(counted(refusal, request, response), id, request, response);
        return;
      }
    }
    var asking = principal;
    var authorization = request.getHeader("Authorization");
    try {
      new RequestContext(
              id,
              request.getRequestURI(),
              asking,
              () -> stands(asking, authorization),
              () -> cut(request))
          .<@Nullable Void, Exception>call(
              () -> {
                chain.doFilter(request, response);
                return null;
              });
    } catch (IOException | ServletException | RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new ServletException(e);
    }
  }

  private static void cut(HttpServletRequest request) {
    ServletContextRequest.getServletContextRequest(request)
        .getConnectionMetaData()
        .getConnection()
        .getEndPoint()
        .close();
  }

  private boolean stands(@Nullable Principal principal, @Nullable String authorization) {
    try {
      return authenticator.authenticate(authorization).equals(principal);
    } catch (DomainException _) {
      return false;
    }
  }

  private static boolean needsCredentials(String path) {
    return path.startsWith("/v1/") || path.equals("/v1") || path.equals("/graphql");
  }

  /// Jersey reads what is no percent-encoded UTF-8 as it stands, and would filter by that.
  private static boolean readable(@Nullable String query) {
    if (query == null) {
      return true;
    }
    if (query.indexOf(NO_CHARACTER) >= 0) {
      return false;
    }
    try {
      return query.indexOf('%') < 0
          || UrlEncoded.decodeUtf8To(query, 0, query.length(), (_, _) -> {});
    } catch (IllegalArgumentException _) {
      return false;
    }
  }

  /// What the caller calls it, if that is an id.
  static String requestId(@Nullable String given, IdGenerator ids) {
    if (given != null) {
      try {
        return UUID.fromString(given).toString();
      } catch (IllegalArgumentException _) {
        return ids.next().toString();
      }
    }
    return ids.next().toString();
  }

  /// Without a key it is the address that is counted, so that keys are not guessed, nor nonsense
  /// sent, without end.
  private DomainException counted(
      DomainException refusal, HttpServletRequest request, HttpServletResponse response) {
    try {
      limits.admit("address", request.getRemoteAddr(), response);
      return refusal;
    } catch (RateLimited tooMany) {
      return tooMany;
    }
  }

  private void refuse(
      DomainException refusal, String id, HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    var problem = problems.of(refusal, id, request.getRequestURI());
    response.setStatus(problem.status());
    response.setContentType(Problems.MEDIA_TYPE);
    if (problem.status() == 401) {
      response.setHeader("WWW-Authenticate", "Bearer");
    }
    var wait = Problems.retryAfter(refusal);
    if (wait.isPresent()) {
      response.setHeader("Retry-After", String.valueOf(Math.max(1, wait.get().toSeconds())));
    }
    response.getOutputStream().write(Json.MAPPER.writeValueAsBytes(problem));
  }
}
