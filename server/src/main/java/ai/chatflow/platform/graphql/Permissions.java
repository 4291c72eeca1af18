package ai.chatflow.platform.graphql;

import ai.chatflow.api.model.ProblemCode;
import ai.chatflow.platform.context.RequestContext;
import ai.chatflow.platform.errors.Forbidden;
import graphql.execution.instrumentation.InstrumentationState;
import graphql.execution.instrumentation.SimplePerformantInstrumentation;
import graphql.execution.instrumentation.parameters.InstrumentationFieldFetchParameters;
import graphql.schema.DataFetcher;
import graphql.schema.GraphQLObjectType;
import graphql.schema.GraphQLType;
import graphql.schema.GraphQLTypeUtil;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The one place where permissions are enforced: before a field of a type that `@requires` one is
/// fetched, wherever in the SDL it stands.
final class Permissions extends SimplePerformantInstrumentation {
  static final String DIRECTIVE = "requires";

  @Override
  public DataFetcher<?> instrumentDataFetcher(
      DataFetcher<?> fetcher,
      InstrumentationFieldFetchParameters parameters,
      @Nullable InstrumentationState state) {
    var required = required(parameters.getExecutionStepInfo().getType());
    return required.isEmpty() || RequestContext.current().principal().may(required.get())
        ? fetcher
        : _ -> {
          throw new Forbidden(
              ProblemCode.PERMISSION_DENIED,
              "This field needs the permission " + required.get() + ".");
        };
  }

  /// What a field of the type needs.
  static Optional<String> required(GraphQLType type) {
    if (GraphQLTypeUtil.unwrapAll(type) instanceof GraphQLObjectType object) {
      return Optional.ofNullable(object.getAppliedDirective(DIRECTIVE))
          .map(d -> Objects.requireNonNull(d.getArgument("permission")))
          .map(permission -> Objects.requireNonNull(permission.<String>getValue()));
    }
    return Optional.empty();
  }
}
