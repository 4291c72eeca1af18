package ai.chatflow.scenarios;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ai.chatflow.sdk.ChatFlowClient;
import ai.chatflow.sdk.model.CreateApiKeyRequest;
import ai.chatflow.sdk.model.CreateContactRequest;
import ai.chatflow.testing.EventStreamReader;
import ai.chatflow.testing.Inhabited;
import ai.chatflow.testing.TestWorkspace;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class EventStreamIT {
  @RegisterExtension static final TestWorkspace WORKSPACE = new TestWorkspace();

  private static final Duration PATIENCE = Duration.ofSeconds(20);

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
                + ai.chatflow.platform.ids.WorkspaceId.fromString(client.me().workspace().id())
                    .value()
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

  private static EventStreamReader open(String key, String query, String... headers) {
    return EventStreamReader.open(WORKSPACE.server().url(), key, query, headers);
  }

  private static void contact(ChatFlowClient client, String name) {
    client.contacts().create(CreateContactRequest.builder().name(name).build());
  }
}
