package ai.chatflow.platform.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import ai.chatflow.api.model.ProblemCode;
import ai.chatflow.platform.ids.IdGenerator;
import ai.chatflow.platform.json.Json;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.handler.ErrorHandler;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Answers with a problem what Jetty refuses before any filter sees it: a request line, an address
/// or a header that cannot be read or is too long. What it holds is not repeated.
public final class UnreadableRequests extends ErrorHandler {
  private static final Logger log = LoggerFactory.getLogger(UnreadableRequests.class);
  private static final String REQUEST_ID = "Request-Id";

  private final Problems problems;
  private final IdGenerator ids;

  public UnreadableRequests(Problems problems, IdGenerator ids) {
    this.problems = problems;
    this.ids = ids;
  }

  @Override
  public boolean errorPageForMethod(String method) {
    return true;
  }

  @Override
  protected void generateResponse(
      Request request,
      Response response,
      int status,
      String message,
      @Nullable Throwable cause,
      Callback callback) {
    var headers = response.getHeaders();
    var id = headers.get(REQUEST_ID);
    if (id == null) {
      id = RequestFilter.requestId(request.getHeaders().get(REQUEST_ID), ids);
    }
    var code = code(status);
    if (code == ProblemCode.INTERNAL_ERROR) {
      log.atError().setCause(cause).addKeyValue("request", id).log("A request failed on our side.");
    }
    var problem = problems.of(code, detail(code), id, null);
    response.setStatus(problem.status());
    headers.put(REQUEST_ID, id);
    headers.put("X-Content-Type-Options", "nosniff");
    if (code == ProblemCode.SERVICE_UNAVAILABLE) {
      headers.put(HttpHeader.RETRY_AFTER, 1);
    }
    headers.put(HttpHeader.CONTENT_TYPE, Problems.MEDIA_TYPE);
    response.write(true, UTF_8.encode(Json.write(problem)), callback);
  }

  /// What Jetty has further statuses for (417, 426, 505) is the caller's fault all the same.
  private static ProblemCode code(int status) {
    return switch (status) {
      case 404 -> ProblemCode.NOT_FOUND;
      case 405 -> ProblemCode.METHOD_NOT_ALLOWED;
      case 414 -> ProblemCode.URI_TOO_LONG;
      case 431 -> ProblemCode.HEADERS_TOO_LARGE;
      case 503 -> ProblemCode.SERVICE_UNAVAILABLE;
      case 505 -> ProblemCode.MALFORMED_REQUEST;
      default -> status >= 500 ? ProblemCode.INTERNAL_ERROR : ProblemCode.MALFORMED_REQUEST;
    };
  }

  private static String detail(ProblemCode code) {
    return switch (code) {
      case URI_TOO_LONG, HEADERS_TOO_LARGE -> "Address and headers have at most 16 KiB together.";
      case METHOD_NOT_ALLOWED -> "No address knows this method.";
      case NOT_FOUND -> "There is nothing at this address.";
      case SERVICE_UNAVAILABLE -> "The server is starting or stopping.";
      case INTERNAL_ERROR -> "Quote the request id to support.";
      default -> "Send HTTP/1.1 with a percent-encoded UTF-8 address and plain header fields.";
    };
  }
}
