package ai.chatflow.load;

import ai.chatflow.platform.db.DatabaseUrl;
import ai.chatflow.platform.db.Db;
import ai.chatflow.platform.db.PoolSettings;
import ai.chatflow.platform.ids.IdGenerator;
import ai.chatflow.tenancy.Bootstrap;
import ai.chatflow.testing.ServerProcess;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// This server in a process of its own, with its embedded PostgreSQL and Redis.
final class OurServer implements Target {
  static final int CHANNELS = 10;
  static final int WORKSPACES = 20;
  static final int CONVERSATIONS = 1_000;

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String SECRET = "load-secret";
  private static final int STRIDE = 7_919;

  private final ServerProcess server;
  private final Sql sql;
  private final String key;
  private final HttpClient http = HttpClient.newHttpClient();
  private final int workspaces;
  private final List<String> channels = new ArrayList<>();
  private final List<Tenant> others = new ArrayList<>();
  private final List<Inlet> inlets = new ArrayList<>();
  private final List<String> conversations = new ArrayList<>();

  /// A further workspace with one number.
  record Tenant(String key, String channel, Inlet inlet) {}

  OurServer(Path folder, StandIn provider, List<String> jvm, int workspaces, boolean statements)
      throws IOException {
    this.workspaces = workspaces;
    var environment =
        Map.of(
            "CHATFLOW_WHATSAPP_CLOUD_BASE_URL", provider.url(),
            "CHATFLOW_REQUESTS_PER_SECOND", "1000000",
            "CHATFLOW_REQUEST_BURST", "1000000",
            "CHATFLOW_EGRESS_ALLOWED", "127.0.0.0/8");
    var options = new ServerProcess.Options(jvm, environment);
    if (statements) {
      countStatements(folder, options);
    }
    server = ServerProcess.start(folder, options);
    sql = new Sql(postgresPort(), "chatflow", password());
    key = server.key();
    for (int i = 0; i < CHANNELS; i++) {
      channels.add(channel(key, 100_200_300 + i));
    }
    for (var more : moreWorkspaces()) {
      var channel = channel(more, 100_200_400 + inlets.size());
      others.add(new Tenant(more, channel, inlets.getLast()));
    }
  }

  /// Makes PostgreSQL keep account of what each statement costs, from the next start on.
  private static void countStatements(Path folder, ServerProcess.Options options)
      throws IOException {
    try (var first = ServerProcess.start(folder, options);
        var owner = new Sql(postgresPort(first), "chatflow", password(first))) {
      owner.run("alter system set shared_preload_libraries = 'pg_stat_statements'");
      owner.run("create extension pg_stat_statements");
    }
  }

  /// What each statement cost since `forget`, the dearest first.
  List<String> statements() {
    return sql.lines(
        """
        select format('%8s calls %9s ms %9s rows  %s', calls, total_exec_time::int, rows,
          left(translate(query, E'\n', ' '), 150))
        from pg_stat_statements where calls > 5 order by total_exec_time desc limit 40
        """);
  }

  void forgetStatements() {
    sql.run("select pg_stat_statements_reset()");
  }

  int postgresPort() throws IOException {
    return postgresPort(server);
  }

  private static int postgresPort(ServerProcess of) throws IOException {
    return Integer.parseInt(postmaster(of).get(3).strip());
  }

  String password() throws IOException {
    return password(server);
  }

  private static String password(ServerProcess of) throws IOException {
    return Files.readString(of.folder().resolve("postgresql/password")).strip();
  }

  /// Where the embedded Redis' program is.
  String redisProgram() throws IOException {
    return ProcessHandle.of(redis()).flatMap(p -> p.info().command()).orElseThrow();
  }

  private static List<String> postmaster(ServerProcess of) throws IOException {
    return Files.readAllLines(of.folder().resolve("postgresql/data/postmaster.pid"));
  }

  private long redis() throws IOException {
    return Long.parseLong(Files.readString(server.folder().resolve("redis/redis.pid")).strip());
  }

  /// Keys of further workspaces, each of an organization of its own.
  private List<String> moreWorkspaces() throws IOException {
    var owner =
        DatabaseUrl.parse(
            "postgres://chatflow:%s@127.0.0.1:%d/chatflow".formatted(password(), postgresPort()));
    var random = new SecureRandom();
    var keys = new ArrayList<String>();
    try (var db =
        Db.open(
            PoolSettings.of("request", owner, 1), PoolSettings.of("worker", owner, 1), random)) {
      var clock = InstantSource.system();
      var bootstrap = new Bootstrap(db, new IdGenerator(clock, random), clock, random);
      for (int i = 1; i < workspaces; i++) {
        keys.add(bootstrap.run("Load " + i, "Load " + i).liveKey());
      }
    }
    return keys;
  }

  private String channel(String owner, int number) {
    var config = JSON.createObjectNode().put("type", "whatsapp_cloud");
    config.put("phone_number_id", String.valueOf(number)).put("waba_id", "900800700");
    config.put("app_id", "900100200300400").put("access_token", "load-token");
    config.put("app_secret", SECRET).put("verify_token", "verify");
    var body = JSON.createObjectNode().put("name", "Load").put("send_rate_per_second", 1_000);
    body.set("config", config);
    var made = call(owner, "POST", "/v1/channels", body.toString());
    var path = URI.create(made.path("webhook_url").asText()).getPath();
    inlets.add(new Inlet(path, String.valueOf(number), SECRET));
    return made.path("id").asText();
  }

  /// Opens the windows of a thousand people on each channel, and gives their conversations on the
  /// first channel this many messages.
  void seed(int messages) {
    for (int i = 0; i < CHANNELS * 10; i++) {
      post(inlets.get(i % CHANNELS).messages("open", i, 100, i / CHANNELS * 100, CONVERSATIONS));
    }
    for (int i = 0; i < messages * 10; i++) {
      post(inlets.getFirst().messages("seed", i, 100, i % 10 * 100, CONVERSATIONS));
    }
    var cursor = "";
    while (conversations.size() < CONVERSATIONS) {
      var path = "/v1/conversations?limit=100&channel_id=" + channels.getFirst() + cursor;
      var page = call(key, "GET", path, "");
      page.path("data").forEach(c -> conversations.add(c.path("id").asText()));
      cursor = "&cursor=" + page.path("next_cursor").asText();
    }
  }

  private void post(byte[] request) {
    var done =
        LoadClient.run(new LoadClient.Plan(port(), 1, 1_000, Duration.ofMillis(1)), _ -> request);
    if (done.bad() > 0) {
      throw new IllegalStateException("the seed was refused");
    }
  }

  JsonNode call(String as, String method, String path, String body) {
    var request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port() + path))
            .header("Authorization", "Bearer " + as)
            .header("Content-Type", "application/json")
            .method(
                method,
                body.isEmpty()
                    ? HttpRequest.BodyPublishers.noBody()
                    : HttpRequest.BodyPublishers.ofString(body))
            .build();
    try {
      var answer = http.send(request, BodyHandlers.ofString());
      if (answer.statusCode() >= 300) {
        throw new IllegalStateException(path + ": " + answer.body());
      }
      return answer.body().isEmpty() ? JSON.nullNode() : JSON.readTree(answer.body());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  String key() {
    return key;
  }

  List<String> channels() {
    return channels;
  }

  /// The workspaces after the first.
  List<Tenant> others() {
    return others;
  }

  long pid() {
    return server.pid();
  }

  @Override
  public String name() {
    return "chatflow";
  }

  @Override
  public int port() {
    return server.port();
  }

  @Override
  public Map<String, List<Long>> processes() {
    try {
      return Map.of(
          "server", List.of(server.pid()),
          "postgres", List.of(Long.parseLong(postmaster(server).getFirst().strip())),
          "redis", List.of(redis()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public List<Inlet> inlets() {
    return inlets;
  }

  @Override
  public byte[] list(int index) {
    var id = conversations.get((int) ((long) index * STRIDE % conversations.size()));
    return HttpBytes.get(
        "/v1/messages?limit=50&conversation_id=" + id, "Authorization", "Bearer " + key);
  }

  @Override
  public byte[] send(String run, int index) {
    return HttpBytes.post(
        "/v1/messages",
        HttpBytes.bytes(message(index % CHANNELS, index / CHANNELS % CONVERSATIONS)),
        "Authorization",
        "Bearer " + key,
        "Idempotency-Key",
        run + "-" + index);
  }

  private String message(int channel, int person) {
    return ("{\"channel_id\":\"%s\",\"to\":{\"phone\":\"+%s\"},"
            + "\"content\":{\"type\":\"text\",\"text\":\"Our sale starts today: 20%% off.\"}}")
        .formatted(channels.get(channel), Inlet.person(person));
  }

  @Override
  public void broadcast() {
    for (int channel = 0; channel < CHANNELS; channel++) {
      var batch = new ArrayList<String>();
      for (int person = 0; person < CONVERSATIONS; person++) {
        batch.add(message(channel, person));
      }
      var body = "{\"messages\":[" + String.join(",", batch) + "]}";
      call(key, "POST", "/v1/messages/batch", body);
    }
  }

  @Override
  public boolean quiet() {
    return sql.number(
            """
            select exists (select from send_queue)::int + exists (select from inbound_queue)::int
              + exists (select from event_queue)::int
            """)
        == 0;
  }

  @Override
  public long stored() {
    return sql.number("select count(*) from message");
  }

  @Override
  public void close() {
    sql.close();
    http.shutdownNow();
    try {
      server.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
