package ai.chatflow.scenarios;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ai.chatflow.sdk.ChatFlowClient;
import ai.chatflow.sdk.model.CreateApiKeyRequest;
import ai.chatflow.testing.GraphQlSocket;
import ai.chatflow.testing.Inhabited;
import ai.chatflow.testing.TestWorkspace;
import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GraphQlSocketIT {
  @RegisterExtension static final TestWorkspace WORKSPACE = new TestWorkspace();

  private static final String EVENTS =
      "subscription { messages { position type message { id content } } }";

  private static String key;
  private static ChatFlowClient client;
  private static String channel;

  @BeforeAll
  static void aChannelToWriteTo() {
    key = WORKSPACE.credentials().liveKey();
    client = WORKSPACE.client();
    channel = Inhabited.sandbox(client, "Inbox");
  }

  @Test
  void whatIsWrittenComesAtOnceAsItWasSelected() {
    try (var socket = connect()) {
      socket.subscribe(
          "a",
          """
          subscription { messages(types: [RECEIVED]) {
            position type createdAt
            message { id status content contact { phone } }
            conversation { id unreadCount channelId } } }
          """);
      awaitFollowing(socket);

      var message = write("+16505552001", "Is it blue?");

      var event = socket.next().at("/payload/data/messages");
      assertThat(event.at("/type").asText()).isEqualTo("RECEIVED");
      assertThat(event.at("/position").isIntegralNumber()).isTrue();
      assertThat(event.at("/createdAt").asText()).endsWith("Z");
      assertThat(event.at("/message/id").asText()).isEqualTo(message.id());
      assertThat(event.at("/message/content/text").asText()).isEqualTo("Is it blue?");
      assertThat(event.at("/message/contact/phone").asText()).isEqualTo("+16505552001");
      assertThat(event.at("/conversation/unreadCount").asInt()).isOne();
      assertThat(event.at("/conversation/channelId").asText()).isEqualTo(channel);
    }
  }

  @Test
  void aListOfConversationsIsMovedByWhatIsNewInIt() {
    try (var socket = connect()) {
      socket.subscribe(
          "a", "subscription { conversations { type conversation { id } message { id } } }");
      awaitFollowing(socket);

      var message = write("+16505552002", "Hello");

      var created = socket.next().at("/payload/data/conversations");
      var received = socket.next().at("/payload/data/conversations");
      assertThat(List.of(created, received))
          .extracting(event -> event.at("/type").asText())
          .containsExactlyInAnyOrder("CREATED", "MESSAGE_RECEIVED");
      assertThat(List.of(created, received))
          .extracting(event -> event.at("/conversation/id").asText())
          .containsOnly(message.conversationId());
    }
  }

  @Test
  void onlyWhatWasAskedForComes() {
    var start = position();
    var one = write("+16505552003", "One");
    var two = write("+16505552004", "Two");
    try (var socket = connect()) {
      socket.subscribe(
          "a",
          "subscription { messages(after: %d, conversationId: \"%s\") { message { id } } }"
              .formatted(start, two.conversationId()));

      assertThat(socket.values("/messages/message/id", 1)).containsExactly(two.id());

      write("+16505552003", "Not for a");
      var more = write("+16505552004", "For a");
      assertThat(socket.values("/messages/message/id", 1)).containsExactly(more.id());
      assertThat(one.conversationId()).isNotEqualTo(two.conversationId());
    }
  }

  @Test
  void nothingIsLostOrDoubledByOneWhoComesBack() {
    var start = position();
    var sent = IntStream.range(0, 12).mapToObj(i -> write("+16505552005", "Nr " + i).id()).toList();
    String last;
    try (var socket = connect()) {
      socket.subscribe("a", from(start));
      var events = IntStream.range(0, 5).mapToObj(_ -> socket.next()).toList();
      last = events.getLast().at("/payload/data/messages/position").asText();
      assertThat(events)
          .extracting(event -> event.at("/payload/data/messages/message/id").asText())
          .containsExactlyElementsOf(sent.subList(0, 5));
    }
    try (var socket = connect()) {
      socket.subscribe("a", from(Long.parseLong(last)));

      assertThat(socket.values("/messages/message/id", 7)).isEqualTo(sent.subList(5, 12));
      var fresh = write("+16505552005", "Fresh");
      assertThat(socket.values("/messages/message/id", 1)).containsExactly(fresh.id());
    }
  }

  @Test
  void whatIsNoLongerKeptIsSaidSo() {
    var workspace = WORKSPACE.another("ExpiredSocket");
    var theirs = WORKSPACE.client(workspace.liveKey()).build();
    var theirChannel = Inhabited.sandbox(theirs, "Inbox");
    Inhabited.write(theirs, theirChannel, "+16505552006", "Old");
    Inhabited.awaitEvents(theirs, 4);
    WORKSPACE
        .server()
        .owner(
            "delete from event where position <= 2 and workspace_id = '"
                + ai.chatflow.platform.ids.WorkspaceId.fromString(theirs.me().workspace().id())
                    .value()
                + "'");
    try (var socket = GraphQlSocket.initialised(WORKSPACE.server().url(), workspace.liveKey())) {
      socket.subscribe("a", from(1));
      socket.subscribe("b", from(2));

      var answers = List.of(socket.next(), socket.next());
      assertThat(answers)
          .filteredOn(answer -> answer.path("id").asText().equals("a"))
          .singleElement()
          .satisfies(answer -> assertRefused(answer, "cursor_expired", 410));
      assertThat(answers)
          .filteredOn(answer -> answer.path("id").asText().equals("b"))
          .singleElement()
          .satisfies(answer -> assertThat(answer.path("type").asText()).isEqualTo("next"));
    }
  }

  @Test
  void nobodySeesTheEventsOfAnotherWorkspace() {
    var other = WORKSPACE.another("StrangerOnSocket");
    var message = write("+16505552007", "Private");
    try (var socket = GraphQlSocket.initialised(WORKSPACE.server().url(), other.liveKey())) {
      socket.subscribe(
          "conversation",
          "subscription { messages(conversationId: \"%s\") { position } }"
              .formatted(message.conversationId()));
      assertRefused(socket.next(), "not_found", 404);
      socket.subscribe(
          "channel",
          "subscription { messages(channelId: \"%s\") { position } }".formatted(channel));
      assertRefused(socket.next(), "not_found", 404);
      socket.subscribe("all", "subscription { messages(after: 0) { message { id } } }");
      awaitFollowing(socket);

      write("+16505552007", "Still private");
      var theirs = WORKSPACE.client(other.liveKey()).build();
      var own =
          Inhabited.write(theirs, Inhabited.sandbox(theirs, "Own"), "+16505552007", "Theirs").id();

      assertThat(socket.values("/messages/message/id", 1)).containsExactly(own);
    }
  }

  @Test
  void aFieldNeedsItsPermissionAsInAQuery() {
    var narrow = keyFor("messages:read");
    try (var socket = GraphQlSocket.initialised(WORKSPACE.server().url(), narrow)) {
      socket.subscribe("a", "subscription { conversations { position } }");
      assertRefused(socket.next(), "permission_denied", 403);

      var start = position();
      var message = write("+16505552008", "Half");
      socket.subscribe(
          "b",
          "subscription { messages(after: %d) { message { id } conversation { id } } }"
              .formatted(start));
      var payload = socket.next().path("payload");
      assertThat(payload.at("/data/messages/message/id").asText()).isEqualTo(message.id());
      assertThat(payload.at("/data/messages/conversation").isNull()).isTrue();
      assertThat(payload.at("/errors/0/extensions/code").asText()).isEqualTo("permission_denied");
    }
  }

  @Test
  void whoLosesTheKeyLosesTheConnectionWithinAboutASecond() {
    var created =
        client
            .apiKeys()
            .create(
                CreateApiKeyRequest.builder()
                    .name("Reader")
                    .scopes(List.of("messages:read"))
                    .build());
    try (var socket = GraphQlSocket.initialised(WORKSPACE.server().url(), created.secret())) {
      socket.subscribe("a", EVENTS);
      awaitFollowing(socket);

      client.apiKeys().revoke(created.apiKey().id());

      await().atMost(Duration.ofMillis(2500)).until(socket::isClosed);
      assertThat(socket.closeCode()).isEqualTo(4401);
    }
  }

  @Test
  void queriesAreAnsweredOnTheSameConnection() {
    try (var socket = connect()) {
      socket.subscribe("q", "{ viewer { workspace { id } position } }");

      var result = socket.next();
      assertThat(result.path("type").asText()).isEqualTo("next");
      assertThat(result.at("/payload/data/viewer/workspace/id").asText())
          .isEqualTo(WORKSPACE.credentials().workspace().toString());
      assertThat(result.at("/payload/data/viewer/position").isIntegralNumber()).isTrue();
      assertThat(socket.next()).hasToString("{\"id\":\"q\",\"type\":\"complete\"}");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{ nothing }",
        "subscription { messages { nothing } }",
        "subscription { messages { position } conversations { position } }",
        "subscription { messages(after: -1) { position } }",
        "subscription { messages(after: \"1\") { position } }",
        "subscription { messages(types: [SUNG]) { position } }",
        "{"
      })
  void whatIsNoOperationIsAnErrorOfThatOperationOnly(String query) {
    try (var socket = connect()) {
      socket.subscribe("bad", query);
      assertRefused(socket.next(), "invalid_query", 400);

      socket.subscribe("bad", "{ viewer { position } }");
      assertThat(socket.next().path("type").asText()).isEqualTo("next");
    }
  }

  @Test
  void aSubscriptionOverPostIsRefused() {
    var answer =
        WORKSPACE
            .raw()
            .call("POST", "/graphql")
            .key(key)
            .body("application/json", "{\"query\": \"" + EVENTS + "\"}")
            .send();

    assertThat(answer.body().at("/errors/0/extensions/code").asText()).isEqualTo("invalid_query");
  }

  @Test
  void anOperationCanBeEndedAndItsIdUsedAgain() {
    try (var socket = connect()) {
      socket.subscribe("a", EVENTS);
      awaitFollowing(socket);
      socket.complete("a");
      socket.complete("never begun");
      socket.subscribe("a", "{ viewer { position } }");

      assertThat(socket.next().path("type").asText()).isEqualTo("next");
      assertThat(socket.next().path("type").asText()).isEqualTo("complete");
      write("+16505552009", "Unheard");
      awaitFollowing(socket);
      assertThat(socket.isQuiet()).isTrue();
    }
  }

  private static GraphQlSocket connect() {
    return GraphQlSocket.initialised(WORKSPACE.server().url(), key);
  }

  /// When a query that was sent later is answered twice over, what was asked before has begun: each
  /// begins on a thread of its own, so one more look at the log is waited for.
  private static void awaitFollowing(GraphQlSocket socket) {
    for (int i = 0; i < 10; i++) {
      socket.subscribe("later", "{ messages(first: 1) { edges { node { id } } } }");
      assertThat(socket.next().path("type").asText()).isEqualTo("next");
      assertThat(socket.next().path("type").asText()).isEqualTo("complete");
    }
  }

  private static String from(long position) {
    return "subscription { messages(types: [RECEIVED], after: %d) { position message { id } } }"
        .formatted(position);
  }

  private static long position() {
    try (var socket = connect()) {
      socket.subscribe("p", "{ viewer { position } }");
      return socket.next().at("/payload/data/viewer/position").asLong();
    }
  }

  private static ai.chatflow.sdk.model.Message write(String from, String text) {
    return Inhabited.write(client, channel, from, text);
  }

  private static String keyFor(String scope) {
    return client
        .apiKeys()
        .create(CreateApiKeyRequest.builder().name("Narrow").scopes(List.of(scope)).build())
        .secret();
  }

  private static void assertRefused(JsonNode message, String code, int status) {
    assertThat(message.path("type").asText()).as("%s", message).isEqualTo("error");
    assertThat(message.at("/payload/0/extensions/code").asText()).isEqualTo(code);
    assertThat(message.at("/payload/0/extensions/status").asInt()).isEqualTo(status);
  }
}
