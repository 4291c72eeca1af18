package ai.chatflow.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import ai.chatflow.testing.Seeds;
import ai.chatflow.testing.ServerProcess;
import ai.chatflow.testing.whatsapp.GraphLog;
import ai.chatflow.testing.whatsapp.GraphSimulator;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The server is killed while it accepts a thousand sends: all of them are there, or none; and the
/// same request with the same key has one effect, whatever the first had.
/// `-Dchatflow.faults.seeds=…` plays more; moments of chance are played by `-Psoak` only.
class BatchThroughKillsIT {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final GraphSimulator.Account ACCOUNT =
      new GraphSimulator.Account("graph-token", "700100200300402", "800100200300402", "app-secret");
  private static final int BATCH = 1_000;
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  /// Written one after the other by the transaction of a batch.
  private static final List<String> TABLES =
      List.of("contact", "message", "send_queue", "idempotency");

  private static final String WAITING =
      "select count(*) from pg_stat_activity where usename = 'chatflow_request'"
          + " and wait_event_type = 'Lock'";
  private static final String CONNECTED =
      "select count(*) from pg_stat_activity where usename = 'chatflow_request'";

  @TempDir static Path folder;

  private static GraphSimulator graph;
  private static ServerProcess server;
  private static String channel;
  private static int batches;

  private final HttpClient http = HttpClient.newHttpClient();

  @BeforeAll
  static void start() throws IOException {
    graph = new GraphSimulator(ACCOUNT, 0, null);
    server = ServerProcess.start(folder.resolve("data"), graph.url());
    var made = Campaign.channel(server, ACCOUNT);
    channel = made.path("id").asText();
    graph.webhooks().reportTo(server.local(made.path("webhook_url").asText()), "sent", "delivered");
  }

  @AfterAll
  static void stop() throws Exception {
    server.close();
    graph.close();
  }

  /// The batch stands still before a table that somebody has locked: then it is in the middle.
  @Test
  void killingTheServerInTheMiddleOfTheTransactionLeavesAllOrNone() throws Exception {
    int seeds = Integer.getInteger("chatflow.faults.seeds", 1);
    int first = new Random(Seeds.next("BatchThroughKillsIT.middle")).nextInt(TABLES.size());
    for (int run = 0; run < seeds; run++) {
      var table = TABLES.get((first + run) % TABLES.size());
      var request = batch(++batches);
      CompletableFuture<HttpResponse<String>> answer;
      try (var owner = server.database();
          var statement = owner.createStatement()) {
        owner.setAutoCommit(false);
        statement.execute("lock table " + table + " in exclusive mode");
        answer = post(request);
        await("the batch waits for " + table)
            .atMost(PATIENCE)
            .pollInterval(Duration.ofMillis(20))
            .until(() -> number(WAITING) > 0);
        server.kill();
        owner.rollback();
      }

      assertThatThrownBy(answer::get)
          .as("answered nevertheless")
          .hasCauseInstanceOf(IOException.class);
      assertOneEffect(request, "killed before " + table);
    }
  }

  @Test
  @Tag("soak")
  void killingTheServerAtAnyMomentLeavesAllOrNone() throws Exception {
    long begun = System.nanoTime();
    assertAccepted(post(batch(++batches)).get());
    long whole = System.nanoTime() - begun;
    int seeds = Integer.getInteger("chatflow.faults.seeds", 1);
    for (int run = 0; run < seeds; run++) {
      long seed = Seeds.next("BatchThroughKillsIT.moment") + run;
      long moment = (long) (new Random(seed).nextDouble() * whole);
      var request = batch(++batches);

      var answer = post(request);
      boolean answered = within(answer, moment);
      server.kill();

      var what =
          "seed %d, killed after %d of %d ms"
              .formatted(seed, moment / 1_000_000, whole / 1_000_000);
      int stored = assertOneEffect(request, what);
      System.out.println(what + ": " + stored + " stored");
      if (answered) {
        assertThat(stored).as("answered, %s", what).isEqualTo(BATCH);
      }
    }
  }

  /// Looks first at what the killed server has left, then repeats the request on the next one.
  ///
  /// @return how many messages of the batch there were before it was repeated
  private int assertOneEffect(HttpRequest request, String what) throws Exception {
    await("connections end").atMost(PATIENCE).until(() -> number(CONNECTED) == 0);
    int before = messages() - (batches - 1) * BATCH;
    assertThat(before).as("rows, %s", what).isIn(0, BATCH);
    server.startAgain();

    var first = assertAccepted(post(request).get());
    var again = assertAccepted(post(request).get());

    assertThat(again).as(what).isEqualTo(first);
    assertThat(messages()).as("rows after the repetitions, %s", what).isEqualTo(batches * BATCH);
    await("all sent, " + what)
        .atMost(PATIENCE)
        .untilAsserted(() -> assertThat(graph.log().accepted()).hasSize(batches * BATCH));
    assertThat(graph.log().accepted())
        .extracting(GraphLog.Accepted::recipient)
        .doesNotHaveDuplicates();
    return before;
  }

  private static List<String> assertAccepted(HttpResponse<String> answer) throws IOException {
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    var ids = new ArrayList<String>();
    for (var result : JSON.readTree(answer.body()).path("results")) {
      assertThat(result.path("status").asInt()).as(result.toString()).isEqualTo(202);
      ids.add(result.at("/message/id").asText());
    }
    assertThat(new HashSet<>(ids)).hasSize(BATCH);
    return ids;
  }

  /// Whether the answer comes within that time.
  private static boolean within(CompletableFuture<HttpResponse<String>> answer, long nanos) {
    return answer.thenApply(_ -> true).completeOnTimeout(false, nanos, TimeUnit.NANOSECONDS).join();
  }

  private static HttpRequest batch(int number) throws IOException {
    var body = JSON.createObjectNode();
    var messages = body.putArray("messages");
    for (int i = 0; i < BATCH; i++) {
      var message = messages.addObject().put("channel_id", channel).put("priority", "campaign");
      message.putObject("to").put("phone", "+49172" + (number * 10_000 + 1_000_000 + i));
      JsonNode content =
          JSON.createObjectNode()
              .put("type", "template")
              .put("name", "offer")
              .put("language", "en");
      message.set("content", content);
    }
    return HttpRequest.newBuilder(
            URI.create("http://127.0.0.1:" + server.port() + "/v1/messages/batch"))
        .timeout(PATIENCE)
        .header("Authorization", "Bearer " + server.key())
        .header("Content-Type", "application/json")
        .header("Idempotency-Key", "batch-" + number)
        .POST(HttpRequest.BodyPublishers.ofString(body.toString()))
        .build();
  }

  private CompletableFuture<HttpResponse<String>> post(HttpRequest request) {
    return http.sendAsync(request, BodyHandlers.ofString());
  }

  private static int messages() throws IOException, SQLException {
    return number("select count(*) from message");
  }

  private static int number(String query) throws IOException, SQLException {
    try (var owner = server.database();
        var statement = owner.createStatement();
        var rows = statement.executeQuery(query)) {
      rows.next();
      return rows.getInt(1);
    }
  }
}
