package ai.chatflow.scenarios;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ai.chatflow.sdk.ChatFlowClient;
import ai.chatflow.testing.DeafSocket;
import ai.chatflow.testing.GraphQlSocket;
import ai.chatflow.testing.Inhabited;
import ai.chatflow.testing.TestServer;
import ai.chatflow.testing.TestWorkspace;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What happens to those who do not keep to `graphql-transport-ws`.
class GraphQlProtocolIT {
  @RegisterExtension static final TestWorkspace WORKSPACE = new TestWorkspace();

  private static final String QUERY = "{ viewer { position } }";
  private static final String EVENTS = "subscription { messages { position } }";

  /// Some 400 KB an event.
  private static final String WIDE =
      "subscription { messages(after: 0) { message {"
          + IntStream.range(0, 100).mapToObj(i -> " c" + i + ": content").collect(joining())
          + " } } }";

  private static URI server;
  private static String key;

  @BeforeAll
  static void where() {
    server = WORKSPACE.server().url();
    key = WORKSPACE.credentials().liveKey();
  }

  @Test
  void aConnectionSaysWhichProtocolItSpeaks() {
    try (var none = GraphQlSocket.speaking(server, "")) {
      assertThat(none.closeCode()).isEqualTo(4406);
    }
  }

  @Test
  void whoDoesNotInitialiseInTimeIsClosed() {
    try (var silent = GraphQlSocket.open(server)) {
      assertThat(silent.closeCode()).isEqualTo(4408);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"type\":\"connection_init\"}",
        "{\"type\":\"connection_init\",\"payload\":{\"authorization\":\"Bearer nonsense\"}}",
        "{\"type\":\"connection_init\",\"payload\":{\"authorization\":\"\"}}",
        "{\"id\":\"a\",\"type\":\"subscribe\",\"payload\":{\"query\":\"{ viewer { position } }\"}}"
      })
  void whoHasNoKeyIsUnauthorized(String message) {
    try (var socket = GraphQlSocket.open(server)) {
      socket.say(message);

      assertThat(socket.closeCode()).isEqualTo(4401);
      assertThat(socket.isQuiet()).isTrue();
    }
  }

  @Test
  void theKeyMayAlsoStandInTheHeader() {
    try (var socket = GraphQlSocket.open(server, "Authorization", "Bearer " + key)) {
      socket.say("{\"type\":\"connection_init\"}");
      assertThat(socket.next()).hasToString("{\"type\":\"connection_ack\"}");
    }
    try (var socket = GraphQlSocket.open(server, "Authorization", "Bearer nonsense")) {
      socket.say(GraphQlSocket.init(key));
      assertThat(socket.next()).hasToString("{\"type\":\"connection_ack\"}");
    }
  }

  @Test
  void aConnectionIsInitialisedOnce() {
    try (var socket = GraphQlSocket.initialised(server, key)) {
      socket.say(GraphQlSocket.init(key));

      assertThat(socket.closeCode()).isEqualTo(4429);
    }
  }

  @Test
  void anIdIsInUseOnce() {
    try (var socket = GraphQlSocket.initialised(server, key)) {
      socket.subscribe("same", EVENTS);
      socket.subscribe("same", EVENTS);

      assertThat(socket.closeCode()).isEqualTo(4409);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "garbage",
        "null",
        "[]",
        "{}",
        "{\"type\":\"connection_ack\"}",
        "{\"type\":\"next\",\"id\":\"a\"}",
        "{\"type\":7}",
        "{\"type\":\"ping\",\"payload\":1}",
        "{\"type\":\"complete\"}",
        "{\"type\":\"subscribe\",\"payload\":{\"query\":\"{ a }\"}}",
        "{\"type\":\"subscribe\",\"id\":\"\",\"payload\":{\"query\":\"{ a }\"}}",
        "{\"type\":\"subscribe\",\"id\":1,\"payload\":{\"query\":\"{ a }\"}}",
        "{\"type\":\"subscribe\",\"id\":\"a\"}",
        "{\"type\":\"subscribe\",\"id\":\"a\",\"payload\":{\"query\":7}}",
        "{\"type\":\"subscribe\",\"id\":\"a\",\"payload\":{\"query\":\"{a}\",\"variables\":[]}}",
        "{\"type\":\"ping\",\"payload\":{\"at\":1e9999999999}}",
        "{\"type\":\"connection_init\",\"payload\":{\"authorization\":{}}}"
      })
  void whatIsNoMessageEndsTheConnection(String message) {
    try (var socket = GraphQlSocket.initialised(server, key)) {
      socket.say(message);

      assertThat(socket.closeCode()).isEqualTo(4400);
    }
  }

  @Test
  void bytesAreNoMessage() {
    try (var socket = GraphQlSocket.initialised(server, key)) {
      socket.sayBinary(new byte[] {1, 2, 3});

      assertThat(socket.closeCode()).isEqualTo(4400);
    }
  }

  @Test
  void aMessageThatIsTooLongEndsTheConnectionWholeOrInPieces() {
    var piece = " ".repeat(100 * 1024);
    try (var socket = GraphQlSocket.initialised(server, key)) {
      socket.sayUnlessClosed(piece + piece, true);

      assertThat(socket.closeCode()).isEqualTo(1009);
    }
    try (var socket = GraphQlSocket.initialised(server, key)) {
      socket.sayUnlessClosed(piece, false);
      socket.sayUnlessClosed(piece, true);

      assertThat(socket.closeCode()).isEqualTo(1009);
    }
  }

  @Test
  void aPingIsAnsweredWithWhatItCarriedBeforeAndAfterTheKey() {
    try (var socket = GraphQlSocket.open(server)) {
      socket.say("{\"type\":\"ping\",\"payload\":{\"n\":1}}");
      assertThat(socket.next()).hasToString("{\"type\":\"pong\",\"payload\":{\"n\":1}}");
      socket.say(GraphQlSocket.init(key));
      assertThat(socket.next().path("type").asText()).isEqualTo("connection_ack");
      socket.say("{\"type\":\"ping\"}");
      assertThat(socket.next()).hasToString("{\"type\":\"pong\"}");
    }
  }

  @Test
  void moreOperationsThanAConnectionMayHaveAreRefusedOneByOne() {
    try (var socket = GraphQlSocket.initialised(server, key)) {
      for (int i = 0; i < 32; i++) {
        socket.subscribe("s" + i, EVENTS);
      }
      socket.subscribe("one too many", QUERY);

      var refusal = socket.next();
      assertThat(refusal.path("id").asText()).isEqualTo("one too many");
      assertThat(refusal.at("/payload/0/extensions/code").asText()).isEqualTo("rate_limited");

      socket.complete("s7");
      socket.subscribe("now", QUERY);
      assertThat(socket.next().path("type").asText()).isEqualTo("next");
    }
  }

  @Test
  void limitsOfQueriesHoldHereToo() {
    try (var socket = GraphQlSocket.initialised(server, key)) {
      socket.subscribe(
          "deep",
          "subscription { messages { message { "
              + "contact { conversations { edges { node { ".repeat(4)
              + "id"
              + " } } } }".repeat(4)
              + " } } }");

      assertThat(socket.next().at("/payload/0/extensions/code").asText())
          .isEqualTo("query_too_costly");
    }
  }

  @Test
  void whoDoesNotReadIsDropped() throws IOException {
    try (var own = TestServer.another()) {
      var theirs = own.newWorkspace("Loud").liveKey();
      var client = ChatFlowClient.builder().baseUrl(own.url().toString()).apiKey(theirs).build();
      var channel = Inhabited.sandbox(client, "Loud");
      for (int i = 0; i < 60; i++) {
        Inhabited.write(client, channel, "+16505553001", "x".repeat(4000));
      }
      try (var deaf = new DeafSocket(own.url(), theirs);
          var other = GraphQlSocket.initialised(own.url(), theirs)) {
        deaf.subscribe("a", WIDE);
        deaf.subscribe("b", WIDE);
        await()
            .atMost(Duration.ofSeconds(30))
            .until(() -> own.gauge("chatflow_event_streams_open") == 2);
        other.subscribe("p", QUERY);
        assertThat(other.next().path("type").asText()).as("others are served").isEqualTo("next");

        await("patience with who does not read")
            .atMost(Duration.ofSeconds(60))
            .until(() -> own.gauge("chatflow_event_streams_open") == 0);

        assertThat(deaf.ends()).isTrue();
      }
    }
  }

  @Test
  void aNodeThatGoesDownSendsItsClientsAway() {
    var own = TestServer.another();
    try {
      var theirs = own.newWorkspace("Leaving").liveKey();
      var client = ChatFlowClient.builder().baseUrl(own.url().toString()).apiKey(theirs).build();
      var channel = Inhabited.sandbox(client, "Last");
      try (var socket = GraphQlSocket.initialised(own.url(), theirs)) {
        socket.subscribe("a", "subscription { messages(after: 0) { position } }");
        Inhabited.write(client, channel, "+16505553002", "Bye");
        assertThat(socket.next().path("type").asText()).isEqualTo("next");

        own.close();
        own = null;

        assertThat(socket.closeCode()).isEqualTo(1001);
        assertThat(socket.isQuiet()).as("no operation is said to be complete").isTrue();
      }
    } finally {
      if (own != null) {
        own.close();
      }
    }
  }
}
