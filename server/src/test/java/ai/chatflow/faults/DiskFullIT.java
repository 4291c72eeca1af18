package ai.chatflow.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ai.chatflow.testing.ServerProcess;
import ai.chatflow.testing.whatsapp.GraphLog;
import ai.chatflow.testing.whatsapp.GraphSimulator;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The disk of the database is full for a while. It is a small file system in memory, which only
/// root may mount.
class DiskFullIT {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final GraphSimulator.Account ACCOUNT =
      new GraphSimulator.Account("graph-token", "700100200300403", "800100200300403", "app-secret");
  private static final String SIZE = "320m";
  private static final Duration PATIENCE = Duration.ofSeconds(90);
  private static final int REFUSALS = 20;

  @TempDir Path folder;

  private final HttpClient http = HttpClient.newHttpClient();
  private final Set<String> answered = new HashSet<>();
  private final Set<String> accepted = new HashSet<>();
  private final TreeMap<Integer, Integer> statuses = new TreeMap<>();
  private GraphSimulator graph;
  private URI hook;
  private String channel;
  private long written;
  private int refused;
  private int count;

  @BeforeEach
  void start() throws IOException {
    graph = new GraphSimulator(ACCOUNT, 0, null);
  }

  @AfterEach
  void stop() {
    graph.close();
  }

  @Test
  void whatTheDiskCannotHoldIsRefusedUntilThereIsRoomAgain() throws Exception {
    withSmallDisk(
        (server, disk) -> {
          fill(disk.resolve("ballast"));
          awaitRefusals(server);
        });
  }

  /// Without room for its log PostgreSQL stops itself, and cannot start before there is room again.
  @Test
  @Tag("soak")
  void evenADatabaseThatDiedOfTheFullDiskComesBack() throws Exception {
    withSmallDisk(
        (server, disk) -> {
          try (var owner = server.database()) {
            fill(disk.resolve("ballast"));
            exhaustTheLog(owner);
          }
          fill(disk.resolve("more-ballast"));
          awaitRefusals(server);
        });
  }

  private interface Trouble {
    void happens(ServerProcess server, Path disk) throws Exception;
  }

  private void withSmallDisk(Trouble trouble) throws Exception {
    var disk = Files.createDirectories(folder.resolve("data/postgresql"));
    assumeTrue(mounted(disk), "This test needs root: it mounts a small file system to fill it.");
    try (var server = ServerProcess.start(folder.resolve("data"), graph.url())) {
      var made = Campaign.channel(server, ACCOUNT);
      channel = made.path("id").asText();
      hook = server.local(made.path("webhook_url").asText());
      written = Instant.parse(made.path("created_at").asText()).getEpochSecond();
      assertThat(post()).isEqualTo(200);
      assertThat(send(server)).isEqualTo(202);

      trouble.happens(server, disk);
      Files.deleteIfExists(disk.resolve("more-ballast"));
      Files.delete(disk.resolve("ballast"));

      await("it recovers by itself")
          .atMost(PATIENCE)
          .until(() -> post() == 200 && send(server) == 202);
      System.out.println("statuses: " + statuses);
      assertThat(statuses.keySet()).isSubsetOf(200, 202, 503);
      assertNothingLost(server);
    } finally {
      run("umount", "--lazy", disk.toString());
    }
  }

  private void awaitRefusals(ServerProcess server) {
    await("the full disk is noticed")
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(5))
        .until(
            () -> {
              post();
              call(server, "GET", "/v1/messages?limit=1", HttpRequest.BodyPublishers.noBody());
              send(server);
              return refused >= REFUSALS;
            });
  }

  private void assertNothingLost(ServerProcess server) throws IOException {
    var stored =
        server.list("/v1/messages?direction=inbound").stream()
            .map(row -> row.path("provider_message_id").asText())
            .toList();
    assertThat(stored).doesNotHaveDuplicates().containsAll(answered);
    await("what was accepted is sent")
        .atMost(PATIENCE)
        .untilAsserted(
            () ->
                assertThat(graph.log().accepted())
                    .extracting(GraphLog.Accepted::callbackData)
                    .doesNotHaveDuplicates()
                    .containsAll(accepted));
  }

  /// Uses up the files that PostgreSQL has for its log until it dies of the next.
  private static void exhaustTheLog(Connection owner) {
    await("PostgreSQL has died")
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(10))
        .until(
            () -> {
              try (var statement = owner.createStatement()) {
                statement.execute(
                    "select pg_logical_emit_message(true, 'full', repeat('x', 9000000))");
                return false;
              } catch (SQLException _) {
                return owner.isClosed();
              }
            });
  }

  /// A long message, so that the disk is needed.
  private int post() throws IOException, InterruptedException {
    var wamid = "wamid.full." + count++;
    var text = JSON.createObjectNode().put("body", (wamid + " ").repeat(200));
    int status =
        graph
            .webhooks()
            .post(
                hook,
                graph.webhooks().message("49163000000" + count % 10, wamid, written, "text", text));
    statuses.merge(status, 1, Integer::sum);
    if (status == 200) {
      answered.add(wamid);
    } else {
      refused++;
    }
    return status;
  }

  private int send(ServerProcess server) throws IOException, InterruptedException {
    var body =
        """
        {"channel_id": "%s", "to": {"phone": "+4916400%05d"},
          "content": {"type": "template", "name": "offer", "language": "en"}}
        """
            .formatted(channel, count++);
    return call(server, "POST", "/v1/messages", HttpRequest.BodyPublishers.ofString(body));
  }

  private int call(ServerProcess server, String method, String path, HttpRequest.BodyPublisher body)
      throws IOException, InterruptedException {
    var request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + path))
            .timeout(Duration.ofSeconds(30))
            .header("Authorization", "Bearer " + server.key())
            .header("Content-Type", "application/json")
            .method(method, body)
            .build();
    var answer = http.send(request, BodyHandlers.ofString());
    statuses.merge(answer.statusCode(), 1, Integer::sum);
    if (answer.statusCode() == 202) {
      accepted.add(JSON.readTree(answer.body()).path("id").asText());
    }
    return answer.statusCode();
  }

  private static void fill(Path ballast) throws IOException {
    try (var file =
        FileChannel.open(ballast, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      for (int piece = 1 << 20; piece > 0; piece /= 2) {
        fill(file, ByteBuffer.allocate(piece));
      }
    }
  }

  private static void fill(FileChannel file, ByteBuffer piece) {
    try {
      while (file.write(piece.clear()) > 0) {}
    } catch (IOException _) {
      // no room for so much
    }
  }

  private static boolean mounted(Path disk) throws IOException, InterruptedException {
    return "root".equals(System.getProperty("user.name"))
        && run(
            "mount", "-t", "tmpfs", "-o", "size=" + SIZE + ",mode=0700", "tmpfs", disk.toString());
  }

  private static boolean run(String... command) throws IOException, InterruptedException {
    var process = new ProcessBuilder(List.of(command)).inheritIO().start();
    return process.waitFor(10, TimeUnit.SECONDS) && process.exitValue() == 0;
  }
}
