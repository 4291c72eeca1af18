package ai.chatflow.platform.graphql;

import ai.chatflow.api.model.Problem;
import ai.chatflow.api.model.ProblemCode;
import ai.chatflow.platform.context.RequestContext;
import ai.chatflow.platform.errors.DomainException;
import ai.chatflow.platform.http.Problems;
import ai.chatflow.platform.json.Json;
import com.fasterxml.jackson.core.type.TypeReference;
import graphql.ErrorClassification;
import graphql.ErrorType;
import graphql.GraphQLError;
import graphql.GraphqlErrorBuilder;
import graphql.execution.DataFetcherExceptionHandler;
import graphql.execution.DataFetcherExceptionHandlerParameters;
import graphql.execution.DataFetcherExceptionHandlerResult;
import graphql.introspection.GoodFaithIntrospection;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Gives every error of an answer the problem that the REST API would answer, in `extensions`.
final class GraphErrors implements DataFetcherExceptionHandler {
  private static final Logger log = LoggerFactory.getLogger(GraphErrors.class);
  private static final TypeReference<Map<String, Object>> MAP = new TypeReference<>() {};

  private final Problems problems;

  GraphErrors(Problems problems) {
    this.problems = problems;
  }

  @Override
  public CompletableFuture<DataFetcherExceptionHandlerResult> handleException(
      DataFetcherExceptionHandlerParameters parameters) {
    var problem = problem(unwrapped(parameters.getException()));
    var error =
        GraphqlErrorBuilder.newError()
            .message("%s", detail(problem))
            .path(parameters.getPath())
            .location(parameters.getSourceLocation())
            .extensions(extensions(problem))
            .build();
    return CompletableFuture.completedFuture(
        DataFetcherExceptionHandlerResult.newResult(error).build());
  }

  /// What ended a request from outside of its fields.
  GraphQLError failed(RuntimeException failure) {
    var problem = problem(unwrapped(failure));
    return GraphqlErrorBuilder.newError()
        .message("%s", detail(problem))
        .extensions(extensions(problem))
        .build();
  }

  private Problem problem(Throwable failure) {
    var context = RequestContext.current();
    return failure instanceof DomainException refusal
        ? problems.of(refusal, context.requestId(), context.path())
        : bug(failure);
  }

  /// What graphql-java itself found wrong.
  GraphQLError explained(GraphQLError error) {
    var given = error.getExtensions();
    if (given != null && given.containsKey("code")) {
      return error;
    }
    var context = RequestContext.current();
    var problem =
        switch (kind(error)) {
          case ErrorType.InvalidSyntax,
              ErrorType.ValidationError,
              ErrorType.OperationNotSupported ->
              problems.of(
                  ProblemCode.INVALID_QUERY,
                  error.getMessage(),
                  context.requestId(),
                  context.path());
          case ErrorType.ExecutionAborted ->
              problems.of(
                  ProblemCode.QUERY_TOO_COSTLY,
                  error.getMessage(),
                  context.requestId(),
                  context.path());
          default -> bug(new IllegalStateException(error.getMessage()));
        };
    var explained =
        GraphqlErrorBuilder.newError()
            .message("%s", detail(problem))
            .extensions(extensions(problem));
    if (error.getLocations() != null) {
      explained.locations(error.getLocations());
    }
    if (error.getPath() != null) {
      explained.path(error.getPath());
    }
    return explained.build();
  }

  /// An introspection that is too deep or too wide is a class of its own there; here it is a query
  /// that costs too much.
  private static ErrorClassification kind(GraphQLError error) {
    return error instanceof GoodFaithIntrospection.BadFaithIntrospectionError
        ? ErrorType.ExecutionAborted
        : error.getErrorType();
  }

  /// Logged once per request, in however many fields it shows.
  private Problem bug(Throwable failure) {
    var context = RequestContext.current();
    if (!failure.equals(context.failure())) {
      context.failed(failure);
      log.error("A GraphQL field failed on our side.", failure);
    }
    return problems.of(
        ProblemCode.INTERNAL_ERROR,
        "Quote the request id to support.",
        context.requestId(),
        context.path());
  }

  private static Throwable unwrapped(Throwable failure) {
    return failure instanceof CompletionException && failure.getCause() != null
        ? failure.getCause()
        : failure;
  }

  private static String detail(Problem problem) {
    var detail = problem.detail();
    return detail == null ? problem.title() : detail;
  }

  private static Map<String, Object> extensions(Problem problem) {
    return Json.MAPPER.convertValue(problem, MAP);
  }
}
