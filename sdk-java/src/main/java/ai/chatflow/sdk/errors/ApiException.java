package ai.chatflow.sdk.errors;

import ai.chatflow.sdk.model.Problem;
import ai.chatflow.sdk.model.ProblemCode;
import ai.chatflow.sdk.model.ProblemError;
import java.net.http.HttpHeaders;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The server said no. Statuses with a meaning of their own have a class of their own.
public class ApiException extends ChatFlowException {
  private static final long serialVersionUID = 1L;

  private final int status;
  private final transient HttpHeaders headers;
  private final transient @Nullable Problem problem;

  ApiException(int status, HttpHeaders headers, @Nullable Problem problem) {
    super(describe(status, headers, problem), null);
    this.status = status;
    this.headers = headers;
    this.problem = problem;
  }

  /// The exception of a status. `problem` is null when the body was no problem document, as from a
  /// proxy.
  public static ApiException of(int status, HttpHeaders headers, @Nullable Problem problem) {
    return switch (status) {
      case 400 -> new BadRequestException(status, headers, problem);
      case 401 -> new AuthenticationException(status, headers, problem);
      case 403 -> new PermissionDeniedException(status, headers, problem);
      case 404 -> new NotFoundException(status, headers, problem);
      case 409 -> new ConflictException(status, headers, problem);
      case 410 -> new GoneException(status, headers, problem);
      case 412 -> new PreconditionFailedException(status, headers, problem);
      case 413, 414, 431 -> new PayloadTooLargeException(status, headers, problem);
      case 415 -> new UnsupportedMediaTypeException(status, headers, problem);
      case 422 -> new ValidationException(status, headers, problem);
      case 428 -> new PreconditionRequiredException(status, headers, problem);
      case 429 -> new RateLimitException(status, headers, problem);
      default ->
          status >= 500
              ? new ServerException(status, headers, problem)
              : new ApiException(status, headers, problem);
    };
  }

  private static String describe(int status, HttpHeaders headers, @Nullable Problem problem) {
    String what =
        problem == null
            ? "the body is no problem document"
            : problem.code() + ": " + problem.detail().orElse(problem.title());
    String errors = problem == null ? "" : problem.errors().map(ApiException::list).orElse("");
    String request = headers.firstValue("Request-Id").map(id -> " (request " + id + ")").orElse("");
    return status + " " + what + errors + request;
  }

  private static String list(List<ProblemError> errors) {
    StringBuilder text = new StringBuilder();
    for (ProblemError error : errors) {
      String place = error.pointer().or(error::parameter).orElse("");
      text.append(" [").append(place).append(' ').append(error.code()).append(']');
    }
    return text.toString();
  }

  public int status() {
    return status;
  }

  public HttpHeaders headers() {
    return headers;
  }

  /// What the server says about it; empty when something between here and there answered.
  public Optional<Problem> problem() {
    return Optional.ofNullable(problem);
  }

  /// Stable: decide by this, not by the message.
  public Optional<ProblemCode> code() {
    return problem().map(Problem::code);
  }

  /// All that is wrong with the request, each with its pointer or parameter.
  public List<ProblemError> errors() {
    return problem().flatMap(Problem::errors).orElse(List.of());
  }

  public Optional<String> requestId() {
    return headers.firstValue("Request-Id").or(() -> problem().map(Problem::requestId));
  }
}
