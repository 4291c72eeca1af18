package ai.chatflow.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ai.chatflow.platform.ids.WorkspaceId;
import ai.chatflow.testing.EventLogFiller;
import ai.chatflow.testing.ServerProcess;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Long work goes on where it was when its server is killed in the middle, and does nothing twice.
class LongWorkThroughKillsIT {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration PATIENCE = Duration.ofSeconds(100);
  private static final int EVENTS = 60_000;

  @TempDir static Path folder;

  @Test
  void aReplayIsFinishedByTheNextServerAndQueuesEachEventOnce() throws Exception {
    try (var server =
        ServerProcess.start(folder.resolve("data"), URI.create("http://127.0.0.1:9"))) {
      var id = server.get("/v1/me").at("/workspace/id").asText();
      try (var owner = server.database()) {
        EventLogFiller.fill(owner, WorkspaceId.fromString(id).value(), EVENTS);
      }
      var endpoint = disabledEndpoint(server);
      var since = JSON.createObjectNode().put("since", "2026-01-15T00:00:00Z");
      var begun = server.post("/v1/webhook-endpoints/" + endpoint + "/replay", since);
      var path = "/v1/operations/" + begun.path("id").asText();
      awaitDone(server, path, 5_000);

      server.kill();
      server.startAgain();
      var again = server.get(path);
      var ended =
          await()
              .atMost(PATIENCE)
              .until(() -> server.get(path), o -> !o.path("finished_at").isNull());

      assertThat(again.at("/progress/done").asLong()).isGreaterThan(0);
      assertThat(ended.path("status").asText()).as(ended.toString()).isEqualTo("succeeded");
      assertThat(ended.at("/result/events").asLong()).isEqualTo(EVENTS);
      assertThat(ended.at("/progress/done").asLong()).isEqualTo(EVENTS);
      try (var owner = server.database()) {
        assertThat(number(owner, "select count(*) from webhook_delivery")).isEqualTo(EVENTS);
        assertThat(number(owner, "select max(position) from webhook_delivery")).isEqualTo(EVENTS);
      }
      assertThat(server.list("/v1/events?type=operation.completed"))
          .extracting(event -> event.at("/data/operation"))
          .containsExactly(ended);
    }
  }

  private static void awaitDone(ServerProcess server, String path, long events) {
    await()
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(5))
        .until(() -> server.get(path).at("/progress/done").asLong() >= events);
  }

  /// Nothing is posted to it: what is queued stays.
  private static String disabledEndpoint(ServerProcess server) throws IOException {
    JsonNode body = JSON.createObjectNode().put("url", "https://shop.example.com/chatflow");
    var id = server.post("/v1/webhook-endpoints", body).at("/webhook_endpoint/id").asText();
    server.post("/v1/webhook-endpoints/" + id + "/disable", JSON.createObjectNode());
    return id;
  }

  private static long number(Connection connection, String sql) throws SQLException {
    try (var statement = connection.createStatement();
        var rows = statement.executeQuery(sql)) {
      rows.next();
      return rows.getLong(1);
    }
  }
}
