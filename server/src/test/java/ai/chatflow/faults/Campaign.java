package ai.chatflow.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ai.chatflow.testing.ServerProcess;
import ai.chatflow.testing.whatsapp.GraphSimulator;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// Messages to many people on one number, and what must be true of them whatever happened
/// meanwhile.
final class Campaign {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int BATCH = 1_000;
  private static final int RATE = 400;

  /// What 50 ms of the channel's rate are: the most that is being sent at one moment.
  private static final int IN_FLIGHT = RATE / 20;

  private final GraphSimulator graph;
  private final String channel;
  private int people;

  Campaign(GraphSimulator graph, String channel) {
    this.graph = graph;
    this.channel = channel;
  }

  /// Makes the channel of the account.
  static JsonNode channel(ServerProcess server, GraphSimulator.Account account) throws IOException {
    var config = JSON.createObjectNode().put("type", "whatsapp_cloud");
    config.put("phone_number_id", account.phoneNumberId()).put("waba_id", account.wabaId());
    config.put("app_id", "900100200300400").put("access_token", account.token());
    config.put("app_secret", account.appSecret()).put("verify_token", "verify");
    var body = JSON.createObjectNode().put("name", "Faults").put("send_rate_per_second", RATE);
    return server.post("/v1/channels", body.set("config", config));
  }

  /// Queues templates to so many people; returns the ids of the messages.
  Set<String> send(ServerProcess server, int size) throws IOException {
    var sent = new HashSet<String>();
    for (int from = 0; from < size; from += BATCH) {
      var body = JSON.createObjectNode();
      var messages = body.putArray("messages");
      for (int i = from; i < Math.min(from + BATCH, size); i++) {
        var message = messages.addObject().put("channel_id", channel).put("priority", "campaign");
        message.putObject("to").put("phone", "+49171" + (1_000_000 + people++));
        message
            .putObject("content")
            .put("type", "template")
            .put("name", "offer")
            .put("language", "en");
      }
      for (var result : server.post("/v1/messages/batch", body).path("results")) {
        assertThat(result.path("status").asInt()).as(result.toString()).isEqualTo(202);
        sent.add(result.at("/message/id").asText());
      }
    }
    assertThat(sent).hasSize(size);
    return sent;
  }

  /// Everything has come to its end. What was in flight and never reached the provider is unknown,
  /// and is sent only because we ask for it.
  void assertSettled(ServerProcess server, Set<String> sent, Duration within, String what)
      throws IOException {
    await()
        .atMost(within)
        .pollInterval(Duration.ofSeconds(1))
        .untilAsserted(() -> assertThat(open(server, sent)).as(what).isEmpty());
    var unknown = inStatus(server, "unknown", sent);
    assertThat(unknown).as("unknown, %s", what).hasSizeLessThanOrEqualTo(IN_FLIGHT);
    assertThat(unknown)
        .as("unknown though the provider said so, %s", what)
        .doesNotContainAnyElementsOf(accepted());
    for (var id : unknown) {
      server.post("/v1/messages/" + id + "/resend", JSON.createObjectNode());
    }
    await()
        .atMost(Duration.ofSeconds(30))
        .pollInterval(Duration.ofSeconds(1))
        .untilAsserted(() -> assertRows(server, sent, what));
    assertThat(graph.log().sentTwice()).as("sent twice, %s", what).isEmpty();
    assertThat(accepted()).as("sent at all, %s", what).containsAll(sent);
  }

  private Set<String> accepted() {
    var ids = new HashSet<String>();
    graph.log().accepted().forEach(one -> ids.add(one.callbackData()));
    return ids;
  }

  private static List<String> open(ServerProcess server, Set<String> sent) throws IOException {
    var open = new ArrayList<String>();
    for (var status : List.of("queued", "scheduled", "sent")) {
      open.addAll(inStatus(server, status, sent));
    }
    return open;
  }

  private static List<String> inStatus(ServerProcess server, String status, Set<String> sent)
      throws IOException {
    return server.list("/v1/messages?status=" + status).stream()
        .map(row -> row.path("id").asText())
        .filter(sent::contains)
        .toList();
  }

  private void assertRows(ServerProcess server, Set<String> sent, String what) throws IOException {
    var rows =
        server.list("/v1/messages?direction=outbound&channel_id=" + channel).stream()
            .filter(row -> sent.contains(row.path("id").asText()))
            .toList();
    assertThat(rows).as("rows, %s", what).hasSameSizeAs(sent);
    assertThat(rows)
        .as(what)
        .allSatisfy(row -> assertThat(row.path("status").asText()).isEqualTo("delivered"));
  }
}
