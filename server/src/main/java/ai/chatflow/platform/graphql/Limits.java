package ai.chatflow.platform.graphql;

import graphql.analysis.FieldComplexityEnvironment;
import graphql.analysis.MaxQueryComplexityInstrumentation;
import graphql.analysis.MaxQueryDepthInstrumentation;
import graphql.execution.instrumentation.ChainedInstrumentation;
import graphql.execution.instrumentation.Instrumentation;
import graphql.schema.GraphQLObjectType;
import graphql.schema.GraphQLTypeUtil;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// How much one query may ask for, judged before anything is read.
final class Limits {
  /// Deep enough for the introspection that tools send.
  static final int DEPTH = 16;

  /// Objects that a query could read at the most: `first` counts, whatever is there.
  static final int COST = 10_000;

  private static final int FAR_TOO_MUCH = 1_000_000;
  private static final int MOST_PER_PAGE = 100;

  private Limits() {}

  static Instrumentation instrumentation() {
    return new ChainedInstrumentation(
        List.of(
            new MaxQueryDepthInstrumentation(DEPTH),
            new MaxQueryComplexityInstrumentation(COST, Limits::cost)));
  }

  private static int cost(FieldComplexityEnvironment field, int below) {
    if (field.getParentType().getName().startsWith("__")
        || field.getField().getName().startsWith("__")
        || !(GraphQLTypeUtil.unwrapAll(field.getFieldDefinition().getType())
            instanceof GraphQLObjectType type)) {
      return 0;
    }
    long cost = below;
    if (type.getName().endsWith("Connection")) {
      cost = Math.max(1, cost) * first(field.getArguments().get("first"));
    } else if (!type.getName().endsWith("Edge") && !type.getName().equals("PageInfo")) {
      cost = cost + 1;
    }
    return (int) Math.min(cost, FAR_TOO_MUCH);
  }

  /// What is outside of the bounds is refused when it is fetched.
  private static long first(@Nullable Object argument) {
    return argument instanceof Integer first ? Math.clamp(first, 1, MOST_PER_PAGE) : MOST_PER_PAGE;
  }
}
