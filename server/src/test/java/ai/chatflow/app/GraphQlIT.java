package ai.chatflow.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.chatflow.api.model.ConversationStatus;
import ai.chatflow.api.model.MessageDirection;
import ai.chatflow.api.model.MessageStatus;
import ai.chatflow.api.model.WorkspaceMode;
import ai.chatflow.contacts.Contact;
import ai.chatflow.platform.events.EventType;
import ai.chatflow.platform.graphql.GraphEngine;
import ai.chatflow.platform.graphql.GraphRequest;
import ai.chatflow.platform.ids.ContactId;
import ai.chatflow.platform.ids.ConversationId;
import ai.chatflow.platform.ids.WorkspaceId;
import com.fasterxml.jackson.databind.JsonNode;
import graphql.introspection.IntrospectionQuery;
import graphql.schema.GraphQLEnumType;
import graphql.schema.GraphQLEnumValueDefinition;
import graphql.schema.GraphQLObjectType;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GraphQlIT {
  private static final GraphWorld world = new GraphWorld();
  private static Contact ann;
  private static ConversationId conversation;

  @BeforeAll
  static void threeCustomersWithTwoConversationsEach() {
    ann = world.contact("Ann");
    conversation = world.conversation(ann.id(), 3);
    world.conversation(ann.id(), 3);
    for (var name : List.of("Bob", "Cid")) {
      var contact = world.contact(name);
      world.conversation(contact.id(), 3);
      world.conversation(contact.id(), 3);
    }
  }

  @AfterAll
  static void close() {
    world.close();
  }

  @Test
  void everyFieldOfTheSdlIsAnswered() {
    var message = first(world.ask("{ messages(first: 1) { edges { node { id } } } }"));
    var walk =
        new SdlWalk(
            world.engine.served(),
            Map.of(
                "contact", ann.id().toString(),
                "conversation", conversation.toString(),
                "message", message.get("id").textValue()));

    publishAbout(message.get("id").textValue());

    var answer = world.ask(walk.query());
    var live =
        walk.subscriptions().stream()
            .flatMap(subscription -> world.follow(subscription, 1).stream())
            .toList();

    assertThat(answer.has("errors")).as("%s", answer.path("errors")).isFalse();
    assertThat(live).noneMatch(result -> result.has("errors"));
    assertThat(
            walk.unanswered(
                answer.get("data"), live.stream().map(result -> result.get("data")).toList()))
        .isEmpty();
  }

  private static void publishAbout(String message) {
    world.publish(
        "message.received",
        "{\"message\": {\"id\": \"%s\", \"conversation_id\": \"%s\"}}"
            .formatted(message, conversation));
  }

  @Test
  void aFieldThatNobodyAnswersStopsTheStart() {
    assertThatThrownBy(() -> new GraphEngine(List.of(), world.platform.problems()))
        .hasMessageContaining("Query.viewer")
        .hasMessageContaining("Message.content");
  }

  @Test
  void enumsOfTheSdlHaveTheValuesOfTheContract() {
    var contract =
        Map.of(
            "ConversationStatus", ConversationStatus.values(),
            "MessageDirection", MessageDirection.values(),
            "MessageStatus", MessageStatus.values(),
            "WorkspaceMode", WorkspaceMode.values());

    assertThat(contract)
        .allSatisfy(
            (name, values) -> {
              var type = (GraphQLEnumType) world.engine.served().getType(name);
              assertThat(type.getValues())
                  .extracting(GraphQLEnumValueDefinition::getName)
                  .containsExactlyInAnyOrderElementsOf(
                      Arrays.stream(values).map(value -> ((Enum<?>) value).name()).toList());
            });
  }

  @Test
  void everyEventOfMessagesCanBeSubscribedTo() {
    var type = (GraphQLEnumType) world.engine.served().getType("MessageEventType");

    assertThat(type.getValues())
        .extracting(value -> "message." + value.getName().toLowerCase(Locale.ROOT))
        .containsExactlyInAnyOrderElementsOf(
            Arrays.stream(EventType.values())
                .map(EventType::wireName)
                .filter(name -> name.startsWith("message."))
                .toList());
  }

  @Test
  void everyTypeOfCustomerDataRequiresAPermission() {
    var free = Set.of("Query", "Subscription", "Viewer", "Workspace", "PageInfo");

    assertThat(world.engine.served().getAllTypesAsList())
        .filteredOn(type -> type instanceof GraphQLObjectType)
        .filteredOn(
            type ->
                !type.getName().startsWith("__")
                    && !type.getName().endsWith("Edge")
                    && !free.contains(type.getName()))
        .allSatisfy(
            type ->
                assertThat(((GraphQLObjectType) type).getAppliedDirective("requires"))
                    .as(type.getName())
                    .isNotNull());
  }

  @Test
  void aFieldWithoutPermissionIsNullWithTheProblemBesideItAndItsNeighboursAreAnswered() {
    var query =
        """
        { viewer { permissions }
          contact(id: "%s") { name conversations { edges { node { id } } } }
          messages { edges { node { id } } } }
        """
            .formatted(ann.id());

    var answer = world.ask(query, Map.of(), Set.of("contacts:read"));

    assertThat(answer.at("/data/contact/name").textValue()).isEqualTo("Ann");
    assertThat(answer.at("/data/contact/conversations").isNull()).isTrue();
    assertThat(answer.at("/data/messages").isNull()).isTrue();
    assertThat(answer.get("errors")).hasSize(2);
    assertThat(answer.get("errors").findValuesAsText("detail"))
        .containsExactlyInAnyOrder(
            "This field needs the permission conversations:read.",
            "This field needs the permission messages:read.");
    var problem = answer.at("/errors/0/extensions");
    assertThat(problem.get("code").textValue()).isEqualTo("permission_denied");
    assertThat(problem.get("status").intValue()).isEqualTo(403);
    assertThat(problem.get("request_id").textValue()).isEqualTo(GraphWorld.REQUEST);
  }

  @Test
  void whatDoesNotExistOrIsAnothersIsNull() {
    var query =
        """
        { unknown: contact(id: "%s") { id }
          nonsense: message(id: "no id at all") { id }
          ofAnotherKind: conversation(id: "%s") { id } }
        """
            .formatted(new ContactId(world.platform.ids().next()), ann.id());
    var stranger = new WorkspaceId(world.platform.ids().next());
    var theirs = "{ contact(id: \"%s\") { id } }".formatted(ann.id());

    var answer = world.ask(query);
    var elsewhere = world.askAs(stranger, new GraphRequest(theirs, null, Map.of()), Set.of("*"));

    assertThat(answer)
        .hasToString("{\"data\":{\"unknown\":null,\"nonsense\":null,\"ofAnotherKind\":null}}");
    assertThat(elsewhere).hasToString("{\"data\":{\"contact\":null}}");
  }

  @Test
  void eachFieldCostsOneStatementPerLevelHoweverManyParentsThereAre() {
    var query =
        """
        { contacts { edges { node {
            name
            conversations(first: 5) { edges { node {
              contact { name }
              messages(first: 2) { edges { node { content contact { name } } }
                pageInfo { hasNextPage } } } } } } } } }
        """;
    world.takeStatements();

    var answer = world.ask(query);

    assertThat(answer.findValuesAsText("text")).hasSize(12);
    assertThat(world.takeStatements())
        .as(
            "contacts, their conversations, those' messages and contacts; the last are known by"
                + " then")
        .hasSize(4);
  }

  @Test
  void aliasesOfOneEntryPointAreReadTogether() {
    world.takeStatements();

    world.ask(
        "{ a: contact(id: \"%s\") { id } b: contact(id: \"%s\") { id } }"
            .formatted(ann.id(), new ContactId(world.platform.ids().next())));

    assertThat(world.takeStatements()).hasSize(1);
  }

  @Test
  void pagesAreWalkedByCursors() {
    var query =
        """
        query($id: ID!, $after: String) { conversation(id: $id) {
          messages(first: 2, after: $after) {
            edges { cursor node { id } } pageInfo { hasNextPage endCursor } } } }
        """;
    var variables = Map.<String, Object>of("id", conversation.toString());

    var one = world.ask(query, variables, Set.of("*")).at("/data/conversation/messages");
    var cursor = one.at("/pageInfo/endCursor").textValue();
    var two =
        world
            .ask(query, Map.of("id", conversation.toString(), "after", cursor), Set.of("*"))
            .at("/data/conversation/messages");

    assertThat(one.at("/pageInfo/hasNextPage").booleanValue()).isTrue();
    assertThat(one.at("/edges/1/cursor").textValue()).isEqualTo(cursor);
    assertThat(two.get("edges")).hasSize(1);
    assertThat(two.at("/pageInfo/hasNextPage").booleanValue()).isFalse();
    assertThat(one.findValuesAsText("id")).doesNotContainAnyElementsOf(two.findValuesAsText("id"));
  }

  @Test
  void aCursorOfAnotherListAndAPageOutsideTheBoundsAreRefused() {
    var cursor =
        world
            .ask("{ contacts(first: 1) { pageInfo { endCursor } } }")
            .at("/data/contacts/pageInfo/endCursor")
            .textValue();

    var foreign = world.ask("{ messages(after: \"%s\") { edges { cursor } } }".formatted(cursor));
    var tooMany = world.ask("{ messages(first: 101) { edges { cursor } } }");
    var noId = world.ask("{ messages(contactId: \"x\") { edges { cursor } } }");

    assertThat(code(foreign)).isEqualTo("cursor_mismatch");
    assertThat(code(tooMany)).isEqualTo("invalid_parameter");
    assertThat(tooMany.at("/errors/0/extensions/errors/0/parameter").textValue())
        .isEqualTo("first");
    assertThat(code(noId)).isEqualTo("invalid_parameter");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{ contacts { edges ",
        "{ contacts { nobody } }",
        "query A { viewer { permissions } } query B { viewer { permissions } }",
        "query($id: ID!) { contact(id: $id) { id } }",
        "mutation { viewer { permissions } }",
        ""
      })
  void aQueryThatIsNoneIsAProblem(String query) {
    var answer = world.ask(query);

    assertThat(code(answer)).isEqualTo("invalid_query");
    assertThat(answer.at("/errors/0/extensions/status").intValue()).isEqualTo(400);
  }

  @Test
  void aQueryThatNestsTooDeeplyIsRefusedBeforeAnythingIsRead() {
    var query =
        "{ contact(id: \"x\") "
            + "{ conversations { edges { node { contact ".repeat(4)
            + "{ id }"
            + "} } } }".repeat(4)
            + " }";
    world.takeStatements();

    var answer = world.ask(query);

    assertThat(code(answer)).isEqualTo("query_too_costly");
    assertThat(world.takeStatements()).isEmpty();
  }

  @Test
  void aQueryThatCouldReadTooMuchIsRefusedBeforeAnythingIsRead() {
    var query =
        """
        query($first: Int!) { contacts(first: $first) { edges { node {
          conversations(first: $first) { edges { node { id } } } } } } }
        """;
    world.takeStatements();

    var allowed = world.ask(query, Map.of("first", 99), Set.of("*"));
    var refused = world.ask(query, Map.of("first", 100), Set.of("*"));

    assertThat(allowed.has("errors")).isFalse();
    assertThat(code(refused)).isEqualTo("query_too_costly");
    assertThat(world.takeStatements()).hasSize(2);
  }

  @Test
  void toolsCanIntrospect() {
    var answer = world.ask(IntrospectionQuery.INTROSPECTION_QUERY);

    assertThat(answer.has("errors")).isFalse();
    assertThat(answer.at("/data/__schema/types").findValuesAsText("name")).contains("Contact");
  }

  private static String code(JsonNode answer) {
    return answer.at("/errors/0/extensions/code").textValue();
  }

  private static JsonNode first(JsonNode answer) {
    return answer.at("/data/messages/edges/0/node");
  }
}
