package ai.chatflow.scenarios;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ai.chatflow.platform.ids.WorkspaceId;
import ai.chatflow.sdk.ChatFlowClient;
import ai.chatflow.sdk.model.CreateApiKeyRequest;
import ai.chatflow.sdk.model.CreateContactRequest;
import ai.chatflow.testing.DeafEventReader;
import ai.chatflow.testing.EventLogFiller;
import ai.chatflow.testing.EventStreamReader;
import ai.chatflow.testing.Inhabited;
import ai.chatflow.testing.TestServer;
import ai.chatflow.testing.TestWorkspace;
import java.lang.management.ManagementFactory;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class EventStreamIT {
  @RegisterExtension static final TestWorkspace WORKSPACE = new TestWorkspace();

  private static final Duration PATIENCE = Duration.ofSeconds(20);

  /// Some 13 MB, several times what the buffers of a connection take.
  private static final int LONG_LOG = 40_000;

  private static final int DEAF = 10;
  private static final int CROWD = 100;

  /// A quarter of what they would be sent.
  private static final long MOST_BYTES = 32L * 1024 * 1024;

  @Test
  void whatHappensComesAtOnceAndInOrder() {
    var key = WORKSPACE.another("Live").liveKey();
    var client = WORKSPACE.client(key).build();
    contact(client, "Before");
    Inhabited.awaitEvents(client, 1);
    try (var stream = open(key, "", "Accept-Encoding", "gzip")) {
      assertThat(stream.status()).isEqualTo(200);
      assertThat(stream.header("Content-Type")).startsWith("text/event-stream");
      assertThat(stream.header("Content-Encoding")).isEmpty();
      for (int i = 0; i < 5; i++) {
        contact(client, "C" + i);
      }

      assertThat(stream.positions(5)).containsExactly(2L, 3L, 4L, 5L, 6L);
    }
  }

  @Test
  void aReaderThatComesBackMissesNothing() {
    var key = WORKSPACE.another("Resumed").liveKey();
    var client = WORKSPACE.client(key).build();
    for (int i = 0; i < 4; i++) {
      contact(client, "C" + i);
    }
    try (var stream = open(key, "?cursor=0", "Last-Event-ID", "2")) {
      assertThat(stream.positions(2)).containsExactly(3L, 4L);
    }
    try (var stream = open(key, "?cursor=0")) {
      assertThat(stream.positions(4)).containsExactly(1L, 2L, 3L, 4L);
    }
  }

  @Test
  void onlyWhatWasAskedForComes() {
    var key = WORKSPACE.another("Filtered").liveKey();
    var client = WORKSPACE.client(key).build();
    var one = Inhabited.sandbox(client, "One");
    var two = Inhabited.sandbox(client, "Two");
    Inhabited.write(client, one, "+16505551234", "Here?");
    var there = Inhabited.write(client, two, "+16505551234", "There?");
    contact(client, "Last");

    try (var byChannel = open(key, "?cursor=0&type=message.received&channel_id=" + two);
        var byContact = open(key, "?cursor=0&contact_id=" + there.contactId().orElseThrow())) {
      var position = byChannel.positions(1).getFirst();
      assertThat(client.events().list(p -> p.cursor(String.valueOf(position - 1))).data())
          .first()
          .satisfies(event -> assertThat(event.toString()).contains(there.id()));
      assertThat(byContact.positions(5)).contains(position);
    }
  }

  @Test
  void whatIsNoLongerKeptIsSaidSo() {
    var workspace = WORKSPACE.another("Expired");
    var client = WORKSPACE.client(workspace.liveKey()).build();
    for (int i = 0; i < 3; i++) {
      contact(client, "C" + i);
    }
    Inhabited.awaitEvents(client, 3);
    WORKSPACE
        .server()
        .owner(
            "delete from event where position <= 2 and workspace_id = '"
                + WorkspaceId.fromString(client.me().workspace().id()).value()
                + "'");

    try (var expired = open(workspace.liveKey(), "?cursor=1");
        var kept = open(workspace.liveKey(), "?cursor=2")) {
      assertThat(expired.status()).isEqualTo(410);
      assertThat(kept.positions(1)).containsExactly(3L);
    }
  }

  @Test
  void whoLosesTheKeyLosesTheStream() {
    var client = WORKSPACE.client(WORKSPACE.another("Revoked").liveKey()).build();
    var created =
        client
            .apiKeys()
            .create(
                CreateApiKeyRequest.builder()
                    .name("Reader")
                    .scopes(List.of("events:read"))
                    .build());
    try (var stream = open(created.secret(), "")) {
      client.apiKeys().revoke(created.apiKey().id());

      await().atMost(PATIENCE).until(stream::ended);
    }
  }

  @Test
  void whoDoesNotReadIsDroppedAndComesBackToWhereItWas() throws Exception {
    try (var own = TestServer.another()) {
      var key = own.newWorkspace("Deaf").liveKey();
      var client = ChatFlowClient.builder().baseUrl(own.url().toString()).apiKey(key).build();
      fill(own, client, LONG_LOG);
      long before = liveHeap();
      var deaf = new ArrayList<DeafEventReader>();
      try (var other = EventStreamReader.open(own.url(), key, "?cursor=" + LONG_LOG)) {
        for (int i = 0; i < DEAF; i++) {
          deaf.add(new DeafEventReader(own.url(), key, 0));
        }
        for (var reader : deaf) {
          await("served").atMost(PATIENCE).until(reader::isServed);
        }
        contact(client, "While they are deaf");
        assertThat(other.positions(1)).as("others are served").containsExactly(LONG_LOG + 1L);

        long most = liveHeap();
        assertThat(most - before).as("bytes for all of them").isLessThan(MOST_BYTES);
        awaitFollowers(own, 1);
        contact(client, "When they are gone");
        assertThat(other.positions(1)).containsExactly(LONG_LOG + 2L);

        for (var reader : deaf.subList(1, DEAF)) {
          assertThat(reader.readAtLast()).hasSizeBetween(1, LONG_LOG / 2);
        }
        var got = deaf.getFirst().readAtLast();
        try (var back =
            EventStreamReader.open(
                own.url(), key, "", "Last-Event-ID", String.valueOf(got.getLast()))) {
          got.addAll(back.positions(LONG_LOG + 2 - got.size()));
        }
        assertThat(got).isEqualTo(LongStream.rangeClosed(1, LONG_LOG + 2).boxed().toList());
      } finally {
        for (var reader : deaf) {
          reader.close();
        }
      }
    }
  }

  @Test
  void manyWhoFollowLeaveRoomForEverythingElse() throws Exception {
    try (var own = TestServer.another()) {
      var key = own.newWorkspace("Crowd").liveKey();
      var client = ChatFlowClient.builder().baseUrl(own.url().toString()).apiKey(key).build();
      var crowd = new ArrayList<DeafEventReader>();
      try {
        for (int i = 0; i < CROWD; i++) {
          var one = new DeafEventReader(own.url(), key, 0);
          crowd.add(one);
          await("served, " + i).pollInterval(Duration.ofMillis(5)).until(one::isServed);
        }
        awaitFollowers(own, CROWD);

        contact(client, "Beside them");
        Inhabited.awaitEvents(client, 1);
      } finally {
        for (var reader : crowd) {
          reader.close();
        }
      }
    }
  }

  private static void fill(TestServer server, ChatFlowClient client, int events)
      throws SQLException {
    var workspace = WorkspaceId.fromString(client.me().workspace().id());
    try (var owner = server.database().admin().getConnection()) {
      EventLogFiller.fill(owner, workspace.value(), events);
    }
  }

  private static void awaitFollowers(TestServer server, int count) {
    await("followers: " + count)
        .atMost(Duration.ofSeconds(20))
        .untilAsserted(
            () -> assertThat(server.gauge("chatflow_event_streams_open")).isEqualTo(count));
  }

  /// Of the server, which runs in this virtual machine.
  private static long liveHeap() {
    var memory = ManagementFactory.getMemoryMXBean();
    memory.gc();
    return memory.getHeapMemoryUsage().getUsed();
  }

  private static EventStreamReader open(String key, String query, String... headers) {
    return EventStreamReader.open(WORKSPACE.server().url(), key, query, headers);
  }

  private static void contact(ChatFlowClient client, String name) {
    client.contacts().create(CreateContactRequest.builder().name(name).build());
  }
}
