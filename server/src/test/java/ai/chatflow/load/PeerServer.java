package ai.chatflow.load;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;

/// The usual stack (NestJS, pg, BullMQ, Redis) in two processes, API and worker, on the same
/// PostgreSQL. Its folder holds `dist`, `node_modules`, `schema.sql` and `load/seed.sql`.
final class PeerServer implements Target {
  private static final int SEEDED = 1_000;
  private static final int STRIDE = 7_919;
  private static final int CAMPAIGN = 10_000;

  private static final String PROGRAM = "dist/main.js";

  private final Path folder;
  private final Sql sql;
  private final int port = freePort();
  private final int redisPort = freePort();
  private final Process redis;
  private final Process api;
  private final Process worker;

  /// Without an offer of HTTP/2, which the peer's WebSocket server would take for its own.
  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  private final List<Inlet> inlets = new ArrayList<>();

  /// @throws IllegalArgumentException when the folder holds no built peer
  PeerServer(Path folder, Path scratch, OurServer beside, StandIn provider) throws IOException {
    if (!Files.exists(folder.resolve(PROGRAM))) {
      throw new IllegalArgumentException(
          "The peer is not built: npm install && npx tsc, in " + folder);
    }
    this.folder = folder;
    var databasePort = beside.postgresPort();
    var password = beside.password();
    try (var postgres = new Sql(databasePort, "postgres", password)) {
      postgres.run("drop database if exists peer with (force)");
      postgres.run("create database peer");
    }
    sql = new Sql(databasePort, "peer", password);
    sql.run(Files.readString(folder.resolve("schema.sql")));
    seed();
    redis = start(List.of(beside.redisProgram(), "-"), Map.of(), scratch);
    try (var settings = redis.outputWriter()) {
      settings.write(
          """
          bind 127.0.0.1
          port %d
          dir %s
          appendonly yes
          appendfsync everysec
          save ""
          maxmemory-policy noeviction
          """
              .formatted(redisPort, scratch));
    }
    var environment =
        Map.of(
            "DATABASE_URL",
            "postgres://chatflow:%s@127.0.0.1:%d/peer".formatted(password, databasePort),
            "REDIS_PORT",
            String.valueOf(redisPort),
            "PORT",
            String.valueOf(port),
            "PROVIDER_URL",
            provider.url(),
            "NODE_ENV",
            "production");
    api = node("api", environment, scratch);
    worker = node("worker", environment, scratch);
    awaitAnswer();
  }

  /// Ten numbers of the first organization, one of each other; a hundred messages in each of the
  /// first thousand conversations.
  private void seed() throws IOException {
    for (var statement : Files.readString(folder.resolve("load/seed.sql")).split(";")) {
      if (!statement.isBlank()) {
        sql.run(statement);
      }
    }
    for (int i = 0; i < OurServer.CHANNELS + OurServer.WORKSPACES - 1; i++) {
      int organization = Math.max(1, i - OurServer.CHANNELS + 2);
      int number = 100_200_300 + i;
      if (organization > 1) {
        sql.run("insert into organizations values (%d, 'load')".formatted(organization));
      }
      if (i > 0) {
        sql.run(
            "insert into channels values (%d, %d, '%d', 'bench-secret')"
                .formatted(i + 1, organization, number));
      }
      inlets.add(new Inlet("/webhooks/whatsapp", String.valueOf(number), "bench-secret"));
    }
  }

  private Process node(String role, Map<String, String> environment, Path scratch)
      throws IOException {
    var all = new HashMap<>(environment);
    all.put("ROLE", role);
    return start(
        List.of("node", folder.resolve(PROGRAM).toAbsolutePath().toString()), all, scratch);
  }

  private static Process start(List<String> command, Map<String, String> environment, Path scratch)
      throws IOException {
    var builder = new ProcessBuilder(command).directory(scratch.toFile()).redirectErrorStream(true);
    builder.redirectOutput(ProcessBuilder.Redirect.appendTo(scratch.resolve("peer.log").toFile()));
    builder.environment().putAll(environment);
    return builder.start();
  }

  private void awaitAnswer() {
    Awaitility.await()
        .ignoreExceptions()
        .atMost(Duration.ofSeconds(30))
        .until(() -> call("GET", "/health", "").contains("true"));
  }

  private String call(String method, String path, String body) {
    var request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
            .header("Authorization", "Bearer sk_test_bench")
            .header("Content-Type", "application/json")
            .method(method, HttpRequest.BodyPublishers.ofString(body))
            .build();
    try {
      var answer = http.send(request, BodyHandlers.ofString());
      if (answer.statusCode() >= 300) {
        throw new IllegalStateException(path + ": " + answer.body());
      }
      return answer.body();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  @Override
  public String name() {
    return "peer";
  }

  @Override
  public int port() {
    return port;
  }

  @Override
  public Map<String, List<Long>> processes() {
    var postgres = sql.number("select pg_backend_pid()");
    var postmaster = ProcessHandle.of(postgres).flatMap(ProcessHandle::parent).orElseThrow().pid();
    return Map.of(
        "server", List.of(api.pid(), worker.pid()),
        "postgres", List.of(postmaster),
        "redis", List.of(redis.pid()));
  }

  @Override
  public List<Inlet> inlets() {
    return inlets;
  }

  @Override
  public byte[] list(int index) {
    return HttpBytes.get(
        "/v1/messages?limit=50&conversation_id=" + (1 + (long) index * STRIDE % SEEDED),
        "Authorization",
        "Bearer sk_test_bench");
  }

  @Override
  public byte[] send(String run, int index) {
    var body =
        "{\"conversation_id\":%d,\"to\":\"%s\",\"text\":\"Our sale starts today: 20%% off.\"}"
            .formatted(1 + (long) index * STRIDE % SEEDED, Inlet.person(index % SEEDED));
    return HttpBytes.post(
        "/v1/messages",
        HttpBytes.bytes(body),
        "Authorization",
        "Bearer sk_test_bench",
        "Idempotency-Key",
        run + "-" + index);
  }

  @Override
  public void broadcast() {
    var body = "{\"count\":%d,\"text\":\"Our sale starts today: 20%% off.\"}".formatted(CAMPAIGN);
    call("POST", "/v1/campaigns", body);
  }

  @Override
  public boolean quiet() {
    return sql.number(
            """
            select exists (select from messages where direction = 'o' and status = 'queued')::int
              + exists (select from campaign_recipients where status = 'queued')::int
            """)
        == 0;
  }

  @Override
  public long stored() {
    return sql.number(
        "select (select count(*) from messages) + (select count(*) from campaign_recipients)");
  }

  private static int freePort() {
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    sql.close();
    http.shutdownNow();
    for (var process : List.of(api, worker, redis)) {
      process.destroy();
      process.onExit().join();
    }
  }
}
