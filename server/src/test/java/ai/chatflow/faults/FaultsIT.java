package ai.chatflow.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ai.chatflow.testing.Seeds;
import ai.chatflow.testing.ServerProcess;
import ai.chatflow.testing.whatsapp.GraphSimulator;
import ai.chatflow.testing.whatsapp.MetaSignature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Faults of the whole product, judged by the simulated provider's own log: lost = 0, sent twice =
/// 0, answered with 200 = stored. `-Psoak` plays more seeds; `-Dchatflow.seed=…` plays one again.
class FaultsIT {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final GraphSimulator.Account ACCOUNT =
      new GraphSimulator.Account("graph-token", "700100200300400", "800100200300400", "app-secret");
  private static final int SENDS = 2_000;
  private static final int BATCH = 1_000;

  /// What 50 ms of the channel's rate are: the most that is being sent at one moment.
  private static final int IN_FLIGHT = 20;

  private static final int LARGEST_HOOK = 3 * 1_024 * 1_024;

  @TempDir static Path folder;

  private static GraphSimulator graph;
  private static ServerProcess server;
  private static URI hook;
  private static String channel;

  /// When the people of these tests write, in seconds: the channel was just made.
  private static long written;

  private static int people;

  @BeforeAll
  static void start() throws IOException {
    graph = new GraphSimulator(ACCOUNT, 0, null);
    server = ServerProcess.start(folder.resolve("data"), graph.url());
    var config = JSON.createObjectNode().put("type", "whatsapp_cloud");
    config.put("phone_number_id", ACCOUNT.phoneNumberId()).put("waba_id", ACCOUNT.wabaId());
    config.put("app_id", "900100200300400").put("access_token", ACCOUNT.token());
    config.put("app_secret", ACCOUNT.appSecret()).put("verify_token", "verify");
    var body = JSON.createObjectNode().put("name", "Faults").put("send_rate_per_second", 400);
    body.set("config", config);
    var made = server.post("/v1/channels", body);
    channel = made.path("id").asText();
    written = Instant.parse(made.path("created_at").asText()).getEpochSecond();
    hook = server.local(made.path("webhook_url").asText());
    graph.webhooks().reportTo(hook, "sent", "delivered");
  }

  @AfterAll
  static void stop() throws Exception {
    server.close();
    graph.close();
  }

  @Test
  void killingTheServerWhileItSendsLosesNothingAndSendsNothingTwice() throws Exception {
    int seeds = Integer.getInteger("chatflow.faults.seeds", 1);
    for (int run = 0; run < seeds; run++) {
      long seed = Seeds.next("FaultsIT.kill") + run;
      int moment = 100 + new Random(seed).nextInt(SENDS - 300);
      int before = graph.log().accepted().size();

      var sent = campaign(SENDS);
      await()
          .atMost(Duration.ofSeconds(60))
          .pollInterval(Duration.ofMillis(5))
          .until(() -> graph.log().accepted().size() - before >= moment);
      server.kill();
      server.startAgain();

      assertSettled(sent, Duration.ofSeconds(100), "seed " + seed + ", killed at " + moment);
    }
  }

  @Test
  void redisFlushedAndKilledCostsNothing() throws Exception {
    int before = graph.log().accepted().size();

    var sent = campaign(800);
    await().until(() -> graph.log().accepted().size() - before >= 100);
    server.flushRedis();
    await().until(() -> graph.log().accepted().size() - before >= 200);
    server.killRedis();

    assertSettled(sent, Duration.ofSeconds(60), "redis");
  }

  @Test
  void whatWasAnsweredIsStoredAlthoughPostgreSqlCrashes() throws Exception {
    Set<String> answered = ConcurrentHashMap.newKeySet();
    var over = new AtomicBoolean();
    try (var threads = Executors.newFixedThreadPool(8)) {
      var senders = new ArrayList<Future<?>>();
      for (int i = 0; i < 8; i++) {
        int sender = i;
        senders.add(threads.submit(() -> postUntil(over, sender, answered)));
      }
      await().atMost(Duration.ofSeconds(30)).until(() -> answered.size() >= 300);
      server.crashPostgreSql();
      int before = answered.size();
      await().atMost(Duration.ofSeconds(60)).until(() -> answered.size() >= before + 300);
      over.set(true);
      for (var sender : senders) {
        sender.get();
      }
    }

    var stored = providerIds("inbound");
    assertThat(stored).doesNotHaveDuplicates();
    assertThat(new HashSet<>(stored)).containsAll(answered);
  }

  @Test
  void aThousandAndOneUpdatesInOnePostAreStored() throws Exception {
    var webhook =
        graph.webhooks().message("491600000001", "wamid.many.0", written, "text", text("0"));
    var messages = (ArrayNode) webhook.at("/entry/0/changes/0/value/messages");
    for (int i = 1; i <= 1_000; i++) {
      var one = messages.get(0).<ObjectNode>deepCopy().put("id", "wamid.many." + i);
      messages.add(one.set("text", text(String.valueOf(i))));
    }

    assertThat(graph.webhooks().post(hook, webhook)).isEqualTo(200);

    assertThat(providerIds("inbound").stream().filter(id -> id.startsWith("wamid.many.")))
        .hasSize(1_001)
        .doesNotHaveDuplicates();
  }

  @Test
  void aBodyOfThreeMebibytesIsTakenAndOneByteMoreIsRefused() throws Exception {
    var webhook =
        graph.webhooks().message("491600000002", "wamid.big", written, "text", text("big"));
    var json = webhook.toString();

    assertThat(post(json + " ".repeat(LARGEST_HOOK - json.length()))).isEqualTo(200);
    assertThat(post(json + " ".repeat(LARGEST_HOOK - json.length() + 1))).isEqualTo(413);

    assertThat(providerIds("inbound")).containsOnlyOnce("wamid.big");
  }

  @Test
  void nullCharactersHugeNumbersAndStrangeFieldsAreNeverOurFault() throws Exception {
    var webhook =
        graph.webhooks().message("491600000003", "wamid.null", written, "text", text("a\0b"));
    var messages = (ArrayNode) webhook.at("/entry/0/changes/0/value/messages");
    messages.add(messages.get(0).<ObjectNode>deepCopy().put("id", "wamid.neighbour"));
    var json =
        webhook
            .toString()
            .replaceFirst("\\{", "{\"huge\":123456789012345678901234567890,\"strange\":{\"a\":[]},")
            .replaceFirst("\"type\":\"text\"", "\"type\":\"text\",\"far\":1e999");

    assertThat(post(json)).isEqualTo(200);

    assertThat(providerIds("inbound")).contains("wamid.null", "wamid.neighbour");
  }

  /// Queues templates to so many people; returns the ids of the messages.
  private static Set<String> campaign(int size) throws IOException {
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
  private static void assertSettled(Set<String> sent, Duration within, String what)
      throws IOException {
    await()
        .atMost(within)
        .pollInterval(Duration.ofSeconds(1))
        .untilAsserted(() -> assertThat(open(sent)).as(what).isEmpty());
    var unknown = inStatus("unknown", sent);
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
        .untilAsserted(() -> assertRows(sent, what));
    assertThat(graph.log().sentTwice()).as("sent twice, %s", what).isEmpty();
    assertThat(accepted()).as("sent at all, %s", what).containsAll(sent);
  }

  private static Set<String> accepted() {
    var ids = new HashSet<String>();
    graph.log().accepted().forEach(one -> ids.add(one.callbackData()));
    return ids;
  }

  private static List<String> open(Set<String> sent) throws IOException {
    var open = new ArrayList<String>();
    for (var status : List.of("queued", "scheduled", "sent")) {
      open.addAll(inStatus(status, sent));
    }
    return open;
  }

  private static List<String> inStatus(String status, Set<String> sent) throws IOException {
    return server.list("/v1/messages?status=" + status).stream()
        .map(row -> row.path("id").asText())
        .filter(sent::contains)
        .toList();
  }

  private static void assertRows(Set<String> sent, String what) throws IOException {
    var rows =
        server.list("/v1/messages?direction=outbound&channel_id=" + channel).stream()
            .filter(row -> sent.contains(row.path("id").asText()))
            .toList();
    assertThat(rows).as("rows, %s", what).hasSameSizeAs(sent);
    assertThat(rows)
        .as(what)
        .allSatisfy(row -> assertThat(row.path("status").asText()).isEqualTo("delivered"));
  }

  private static List<String> providerIds(String direction) throws IOException {
    return server.list("/v1/messages?direction=" + direction).stream()
        .map(row -> row.path("provider_message_id").asText())
        .toList();
  }

  private static void postUntil(AtomicBoolean over, int sender, Set<String> answered) {
    for (int i = 0; !over.get(); i++) {
      var wamid = "wamid.load." + sender + "." + i;
      var person = "49161000" + sender + (i % 5);
      try {
        var webhook = graph.webhooks().message(person, wamid, written, "text", text("n" + i));
        if (graph.webhooks().post(hook, webhook) == 200) {
          answered.add(wamid);
        }
      } catch (IOException _) {
        // not answered: the provider would come again
      } catch (InterruptedException _) {
        Thread.currentThread().interrupt();
        return;
      }
    }
  }

  private static int post(String body) throws IOException, InterruptedException {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    var request =
        HttpRequest.newBuilder(hook)
            .header("Content-Type", "application/json")
            .header("X-Hub-Signature-256", MetaSignature.of(ACCOUNT.appSecret(), bytes))
            .POST(HttpRequest.BodyPublishers.ofByteArray(bytes))
            .build();
    try (var http = HttpClient.newHttpClient()) {
      return http.send(request, BodyHandlers.discarding()).statusCode();
    }
  }

  private static JsonNode text(String body) {
    return JSON.createObjectNode().put("body", body);
  }
}
