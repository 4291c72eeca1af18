package ai.chatflow.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ai.chatflow.testing.AtOnce;
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
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Faults of the whole product, judged by the simulated provider's own log: lost = 0, sent twice =
/// 0, answered with 200 = stored. `-Psoak` plays more seeds; `-Dchatflow.seed=…` plays one again.
class FaultsIT {
  private static final HttpClient HTTP = HttpClient.newHttpClient();
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final GraphSimulator.Account ACCOUNT =
      new GraphSimulator.Account("graph-token", "700100200300400", "800100200300400", "app-secret");
  private static final int SENDS = 2_000;

  private static final int CONNECTIONS = 64;
  private static final int DISTINCT = 2_100;

  private static final int LARGEST_HOOK = 3 * 1_024 * 1_024;

  @TempDir static Path folder;

  private static GraphSimulator graph;
  private static ServerProcess server;
  private static URI hook;
  private static Campaign campaign;

  /// When the people of these tests write, in seconds: the channel was just made.
  private static long written;

  @BeforeAll
  static void start() throws IOException {
    graph = new GraphSimulator(ACCOUNT, 0, null);
    server = ServerProcess.start(folder.resolve("data"), graph.url());
    var made = Campaign.channel(server, ACCOUNT);
    campaign = new Campaign(graph, made.path("id").asText());
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
  @Timeout(value = 1, unit = TimeUnit.HOURS) // many seeds
  void killingTheServerWhileItSendsLosesNothingAndSendsNothingTwice() throws Exception {
    int seeds = Integer.getInteger("chatflow.faults.seeds", 1);
    for (int run = 0; run < seeds; run++) {
      long seed = Seeds.next("FaultsIT.kill") + run;
      int moment = 100 + new Random(seed).nextInt(SENDS - 300);
      int before = graph.log().accepted().size();

      var sent = campaign.send(server, SENDS);
      await()
          .atMost(Duration.ofSeconds(60))
          .pollInterval(Duration.ofMillis(5))
          .until(() -> graph.log().accepted().size() - before >= moment);
      server.kill();
      server.startAgain();

      campaign.assertSettled(
          server, sent, Duration.ofSeconds(100), "seed " + seed + ", killed at " + moment);
    }
  }

  @Test
  void redisFlushedAndKilledCostsNothing() throws Exception {
    int before = graph.log().accepted().size();

    var sent = campaign.send(server, 800);
    await().until(() -> graph.log().accepted().size() - before >= 100);
    server.flushRedis();
    await().until(() -> graph.log().accepted().size() - before >= 200);
    server.killRedis();

    campaign.assertSettled(server, sent, Duration.ofSeconds(60), "redis");
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
  void whatComesTwiceThroughManyConnectionsIsStoredOnce() throws Exception {
    var posts = withRepetitions(new Random(Seeds.next("FaultsIT.twice")));
    var next = new AtomicInteger();
    Set<String> answered = ConcurrentHashMap.newKeySet();
    var senders = new ArrayList<Callable<Integer>>();
    for (int i = 0; i < CONNECTIONS; i++) {
      senders.add(
          () -> {
            int refused = 0;
            for (int at = next.getAndIncrement(); at < posts.size(); at = next.getAndIncrement()) {
              var wamid = posts.get(at);
              var person = "4916200" + (10_000 + Math.floorMod(wamid.hashCode(), 100));
              var webhook = graph.webhooks().message(person, wamid, written, "text", text(wamid));
              if (graph.webhooks().post(hook, webhook) == 200) {
                answered.add(wamid);
              } else {
                refused++;
              }
            }
            return refused;
          });
    }

    long begun = System.nanoTime();
    int refused = AtOnce.call(senders).stream().mapToInt(Integer::intValue).sum();
    double seconds = (System.nanoTime() - begun) / 1e9;

    var stored =
        providerIds("inbound").stream().filter(id -> id.startsWith("wamid.twice.")).toList();
    System.out.printf(
        "%d webhooks at %d connections in %.1f s: %d distinct, %d stored, %d refused%n",
        posts.size(), CONNECTIONS, seconds, new HashSet<>(posts).size(), stored.size(), refused);
    assertThat(stored).doesNotHaveDuplicates();
    assertThat(new HashSet<>(stored)).isSubsetOf(posts).containsAll(answered);
    assertThat(refused).as("refused though nothing was wrong").isZero();
    assertThat(stored).hasSameSizeAs(new HashSet<>(posts));
  }

  /// Three of ten come a second time: some at once, some later.
  private static List<String> withRepetitions(Random random) {
    var posts = new ArrayList<String>();
    for (int i = 0; i < DISTINCT; i++) {
      posts.add("wamid.twice." + i);
    }
    for (int i = 0; i < DISTINCT * 3 / 7; i++) {
      int original = random.nextInt(posts.size());
      int distance = random.nextInt(random.nextBoolean() ? 3 : 1_000);
      posts.add(Math.min(posts.size(), original + distance), posts.get(original));
    }
    return posts;
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
    return HTTP.send(request, BodyHandlers.discarding()).statusCode();
  }

  private static JsonNode text(String body) {
    return JSON.createObjectNode().put("body", body);
  }
}
