package ai.chatflow.platform.graphql;

/// What a feature answers in GraphQL.
public interface Graph {
  /// Registers the fields and the loaders of the feature.
  void wire(GraphWiring wiring);
}
