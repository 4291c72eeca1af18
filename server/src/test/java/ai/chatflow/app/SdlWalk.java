package ai.chatflow.app;

import com.fasterxml.jackson.databind.JsonNode;
import graphql.schema.GraphQLFieldDefinition;
import graphql.schema.GraphQLObjectType;
import graphql.schema.GraphQLSchema;
import graphql.schema.GraphQLTypeUtil;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;

/// A query for every field of every type of a schema, and what its answer leaves out.
final class SdlWalk {
  private final GraphQLSchema schema;
  private final Map<String, String> ids;

  /// @param ids of entry points that take one
  SdlWalk(GraphQLSchema schema, Map<String, String> ids) {
    this.schema = schema;
    this.ids = ids;
  }

  String query() {
    return selection(schema.getQueryType(), new ArrayDeque<>());
  }

  /// A subscription for every entry point of what does not end.
  List<String> subscriptions() {
    var root = Objects.requireNonNull(schema.getSubscriptionType());
    return root.getFieldDefinitions().stream()
        .map(
            field ->
                "subscription { "
                    + field.getName()
                    + "(after: 0) "
                    + selection(
                        (GraphQLObjectType) GraphQLTypeUtil.unwrapAll(field.getType()),
                        new ArrayDeque<>())
                    + " }")
        .toList();
  }

  /// The fields that have a value neither in the answer to the query nor in those to the
  /// subscriptions.
  Set<String> unanswered(JsonNode data, List<JsonNode> live) {
    var missing = new TreeSet<String>();
    for (var type : schema.getAllTypesAsList()) {
      if (type instanceof GraphQLObjectType object && !object.getName().startsWith("__")) {
        object
            .getFieldDefinitions()
            .forEach(field -> missing.add(object.getName() + "." + field.getName()));
      }
    }
    seen(schema.getQueryType(), data, missing);
    live.forEach(
        result -> seen(Objects.requireNonNull(schema.getSubscriptionType()), result, missing));
    return missing;
  }

  private String selection(GraphQLObjectType type, Deque<String> above) {
    if (above.contains(type.getName())) {
      return "{ __typename }";
    }
    above.push(type.getName());
    var fields = new StringBuilder("{ ");
    for (var field : type.getFieldDefinitions()) {
      fields.append(field.getName()).append(arguments(field));
      if (GraphQLTypeUtil.unwrapAll(field.getType()) instanceof GraphQLObjectType object) {
        fields.append(' ').append(selection(object, above));
      }
      fields.append(' ');
    }
    above.pop();
    return fields.append('}').toString();
  }

  private String arguments(GraphQLFieldDefinition field) {
    if (field.getArgument("id") != null) {
      return "(id: \"" + ids.get(field.getName()) + "\")";
    }
    return field.getArgument("first") == null ? "" : "(first: 2)";
  }

  private void seen(GraphQLObjectType type, JsonNode value, Set<String> missing) {
    for (var field : type.getFieldDefinitions()) {
      var answer = value.path(field.getName());
      if (!answer.isMissingNode() && !answer.isNull()) {
        missing.remove(type.getName() + "." + field.getName());
        if (GraphQLTypeUtil.unwrapAll(field.getType()) instanceof GraphQLObjectType object) {
          if (answer.isArray()) {
            answer.forEach(item -> seen(object, item, missing));
          } else {
            seen(object, answer, missing);
          }
        }
      }
    }
  }
}
