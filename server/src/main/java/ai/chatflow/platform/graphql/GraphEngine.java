package ai.chatflow.platform.graphql;

import ai.chatflow.api.model.ProblemCode;
import ai.chatflow.platform.errors.BadRequest;
import ai.chatflow.platform.http.Problems;
import graphql.ExecutionInput;
import graphql.ExecutionResult;
import graphql.GraphQL;
import graphql.GraphQLError;
import graphql.execution.instrumentation.ChainedInstrumentation;
import graphql.schema.GraphQLFieldDefinition;
import graphql.schema.GraphQLObjectType;
import graphql.schema.GraphQLSchema;
import graphql.schema.idl.RuntimeWiring;
import graphql.schema.idl.SchemaGenerator;
import graphql.schema.idl.SchemaParser;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;
import org.reactivestreams.Publisher;

/// Answers GraphQL requests on the thread that asks: loaders read when a level is complete, one
/// statement for each field of the level.
public final class GraphEngine {
  private static final String SDL = "/graphql/schema.graphqls";

  private final GraphWiring wiring = new GraphWiring();
  private final GraphErrors errors;
  private final GraphQLSchema schema;
  private final GraphQL graphQl;

  /// @throws IllegalStateException when the SDL has a field that no graph answers
  public GraphEngine(List<Graph> graphs, Problems problems) {
    this.errors = new GraphErrors(problems);
    wiring
        .type("PageInfo", Connection.PageInfo.class)
        .property("hasNextPage", Connection.PageInfo::hasNextPage)
        .property("endCursor", Connection.PageInfo::endCursor);
    graphs.forEach(graph -> graph.wire(wiring));
    this.schema = schema();
    requireAnswers();
    this.graphQl =
        GraphQL.newGraphQL(schema)
            .instrumentation(
                new ChainedInstrumentation(List.of(Limits.instrumentation(), new Permissions())))
            .defaultDataFetcherExceptionHandler(errors)
            .build();
  }

  /// The answer to a request that ends: `data` and `errors`. A subscription is refused.
  public Map<String, Object> execute(GraphRequest request) {
    return switch (open(request)) {
      case GraphAnswer.Whole whole -> whole.result();
      case GraphAnswer.Refused refused -> Map.of("errors", refused.errors());
      case GraphAnswer.Live live -> {
        live.results().cancel();
        yield Map.of(
            "errors",
            explain(
                new BadRequest(
                    ProblemCode.INVALID_QUERY,
                    "A subscription needs a WebSocket: graphql-transport-ws on this path.")));
      }
    };
  }

  /// Begins a request: a query is answered with that, a subscription is there to be followed.
  public GraphAnswer open(GraphRequest request) {
    var loaders = wiring.registry();
    var input =
        ExecutionInput.newExecutionInput(request.query())
            .operationName(request.operationName())
            .variables(request.variables())
            .dataLoaderRegistry(loaders)
            .build();
    var result = graphQl.execute(input);
    if (result.isDataPresent() && result.getData() instanceof Publisher<?>) {
      return new GraphAnswer.Live(
          new LiveResults(
              Objects.requireNonNull(result.<Publisher<ExecutionResult>>getData()),
              loaders,
              this::shown));
    }
    return result.isDataPresent()
        ? new GraphAnswer.Whole(shown(result))
        : new GraphAnswer.Refused(
            result.getErrors().stream()
                .map(errors::explained)
                .map(GraphQLError::toSpecification)
                .toList());
  }

  /// What is said of a failure that ends a subscription.
  public List<Map<String, Object>> explain(RuntimeException failure) {
    return List.of(errors.failed(failure).toSpecification());
  }

  private Map<String, Object> shown(ExecutionResult result) {
    return result
        .transform(
            builder -> builder.errors(result.getErrors().stream().map(errors::explained).toList()))
        .toSpecification();
  }

  /// The schema that is served.
  public GraphQLSchema served() {
    return schema;
  }

  private GraphQLSchema schema() {
    var runtime =
        RuntimeWiring.newRuntimeWiring()
            .scalar(Scalars.DATE_TIME)
            .scalar(Scalars.JSON)
            .scalar(Scalars.POSITION);
    wiring
        .fields()
        .forEach(
            (type, fetchers) ->
                runtime.type(
                    type,
                    builder -> {
                      fetchers.forEach(builder::dataFetcher);
                      return builder;
                    }));
    return new SchemaGenerator()
        .makeExecutableSchema(new SchemaParser().parse(sdl()), runtime.build());
  }

  private void requireAnswers() {
    var unanswered = new TreeSet<String>();
    for (var type : schema.getAllTypesAsList()) {
      if (type instanceof GraphQLObjectType object && !object.getName().startsWith("__")) {
        var answered = wiring.fields().getOrDefault(object.getName(), Map.of());
        object.getFieldDefinitions().stream()
            .map(GraphQLFieldDefinition::getName)
            .filter(field -> !answered.containsKey(field))
            .forEach(field -> unanswered.add(object.getName() + "." + field));
      }
    }
    if (!unanswered.isEmpty()) {
      throw new IllegalStateException("Nobody answers these fields of the SDL: " + unanswered);
    }
  }

  private static String sdl() {
    try (var in = GraphEngine.class.getResourceAsStream(SDL)) {
      if (in == null) {
        throw new IllegalStateException(SDL + " is not on the class path");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
