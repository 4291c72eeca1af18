package ai.chatflow.platform.http;

import ai.chatflow.api.model.Problem;
import ai.chatflow.api.model.ProblemCode;
import ai.chatflow.platform.context.RequestContext;
import ai.chatflow.platform.errors.BadRequest;
import ai.chatflow.platform.errors.DomainException;
import ai.chatflow.platform.errors.FieldError;
import ai.chatflow.platform.errors.Invalid;
import ai.chatflow.platform.errors.NotFound;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.JsonMappingException;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.ext.ExceptionMapper;
import jakarta.ws.rs.ext.Provider;
import java.util.List;
import java.util.stream.Collectors;
import org.eclipse.jetty.io.EofException;
import org.glassfish.jersey.server.ParamException;

/// The one mapper of failures: a refusal becomes its problem, what JAX-RS refuses becomes one too,
/// and anything else is a bug: 500 with the request id, logged by `FailureFilter`.
@Provider
public final class ProblemMapper implements ExceptionMapper<Throwable> {
  private final Problems problems;

  public ProblemMapper(Problems problems) {
    this.problems = problems;
  }

  @Override
  public Response toResponse(Throwable failure) {
    var context = RequestContext.current();
    context.failed(failure);
    return switch (failure) {
      case DomainException refusal -> answer(refusal, context);
      case ParamException.PathParamException _ -> answer(notFound(), context);
      case ParamException parameter ->
          answer(
              new BadRequest(
                  ProblemCode.INVALID_PARAMETER, parameter.getParameterName(), "is not valid"),
              context);
      // what cannot be written is a bug, what cannot be read is the caller's
      case JsonMappingException mapping when mapping.getProcessor() instanceof JsonParser ->
          answer(mapping(mapping), context);
      case EofException _ ->
          answer(new BadRequest(ProblemCode.MALFORMED_JSON, "The body ended early."), context);
      case WebApplicationException refused -> refused(refused, context);
      default -> bug(context);
    };
  }

  private Response answer(DomainException refusal, RequestContext context) {
    var problem = problems.of(refusal, context.requestId(), context.path());
    var response = response(problem);
    Problems.retryAfter(refusal)
        .ifPresent(d -> response.header("Retry-After", Math.max(1, d.toSeconds())));
    return response.build();
  }

  private static NotFound notFound() {
    return new NotFound(ProblemCode.NOT_FOUND, "There is no such resource.");
  }

  /// The raw body fitted the schema and still could not be bound, such as an id of the wrong kind.
  private static Invalid mapping(JsonMappingException failure) {
    var pointer =
        failure.getPath().stream()
            .map(r -> r.getFieldName() == null ? String.valueOf(r.getIndex()) : r.getFieldName())
            .map(name -> "/" + name.replace("~", "~0").replace("/", "~1"))
            .collect(Collectors.joining());
    return new Invalid(
        ProblemCode.VALIDATION_FAILED,
        "1 field is not valid.",
        List.of(new FieldError(pointer, "invalid", "is not valid")));
  }

  private Response refused(WebApplicationException refused, RequestContext context) {
    var code =
        switch (refused.getResponse().getStatus()) {
          case 404 -> ProblemCode.NOT_FOUND;
          case 405 -> ProblemCode.METHOD_NOT_ALLOWED;
          case 406 -> ProblemCode.NOT_ACCEPTABLE;
          case 413 -> ProblemCode.PAYLOAD_TOO_LARGE;
          case 415 -> ProblemCode.UNSUPPORTED_MEDIA_TYPE;
          case 400 -> ProblemCode.INVALID_PARAMETER;
          default -> null;
        };
    if (code == null) {
      return bug(context);
    }
    var detail =
        switch (code) {
          case METHOD_NOT_ALLOWED -> "Allowed: " + refused.getResponse().getHeaderString("Allow");
          case UNSUPPORTED_MEDIA_TYPE ->
              "Send application/json, or application/merge-patch+json with PATCH, or a file as"
                  + " multipart/form-data.";
          case PAYLOAD_TOO_LARGE ->
              refused instanceof BodyLimit.TooLarge large ? large.allowed() : "At most 1 MiB.";
          case NOT_ACCEPTABLE -> "Accept application/json.";
          default -> "There is nothing at this address.";
        };
    return response(problems.of(code, detail, context.requestId(), context.path())).build();
  }

  private Response bug(RequestContext context) {
    return response(
            problems.of(
                ProblemCode.INTERNAL_ERROR,
                "Quote the request id to support.",
                context.requestId(),
                context.path()))
        .build();
  }

  private static Response.ResponseBuilder response(Problem problem) {
    return Response.status(problem.status())
        .type(MediaType.valueOf(Problems.MEDIA_TYPE))
        .entity(problem);
  }
}
