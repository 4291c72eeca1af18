package ai.chatflow.testing;

import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The server in a process of its own, with embedded databases in a folder of its own. Everything
/// about it is done from outside: requests, signals, and looks into its folder.
public final class ServerProcess implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration START = Duration.ofMinutes(2);

  private final Path folder;
  private final Options options;
  private final int port;
  private final HttpClient http = HttpClient.newHttpClient();
  private Process process;

  /// How the process is run.
  ///
  /// @param jvm options of the virtual machine
  /// @param environment settings beside those that every process of tests has
  public record Options(List<String> jvm, Map<String, String> environment) {}

  private ServerProcess(Path folder, Options options) throws IOException {
    this.folder = folder;
    this.options = options;
    this.port = freePort();
    this.process = launch();
  }

  /// A server that sends to this Graph API, once it answers.
  public static ServerProcess start(Path folder, URI graph) throws IOException {
    return start(
        folder,
        new Options(
            List.of("-Xmx512m"), Map.of("CHATFLOW_WHATSAPP_CLOUD_BASE_URL", graph.toString())));
  }

  /// A server with these options, once it answers.
  public static ServerProcess start(Path folder, Options options) throws IOException {
    var server = new ServerProcess(folder, options);
    boolean ready = false;
    try {
      server.awaitReady();
      ready = true;
    } finally {
      if (!ready) {
        server.process.destroy();
      }
    }
    return server;
  }

  /// One more server on the databases of another, once it answers.
  ///
  /// @param folder of what is its own
  public static ServerProcess beside(ServerProcess other, Path folder, URI graph)
      throws IOException {
    Files.createDirectories(folder);
    Files.copy(other.folder.resolve("credentials.json"), folder.resolve("credentials.json"));
    var redis = Files.readAllLines(other.folder.resolve("redis/redis.conf"));
    return start(
        folder,
        new Options(
            List.of("-Xmx512m"),
            Map.of(
                "CHATFLOW_WHATSAPP_CLOUD_BASE_URL",
                graph.toString(),
                "CHATFLOW_MASTER_KEY",
                Files.readString(other.folder.resolve("master.key")).strip(),
                "DATABASE_URL",
                "postgres://chatflow:%s@127.0.0.1:%d/chatflow"
                    .formatted(other.postgreSqlPassword(), other.postgreSqlPort()),
                "REDIS_URL",
                "redis://:%s@127.0.0.1:%s"
                    .formatted(
                        setting(redis, "requirepass").replace("\"", ""), setting(redis, "port")))));
  }

  private Process launch() throws IOException {
    var java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    var path =
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    var command = new ArrayList<String>();
    command.add(java);
    command.add("--enable-native-access=ALL-UNNAMED");
    command.add("--sun-misc-unsafe-memory-access=allow");
    command.addAll(options.jvm());
    command.addAll(List.of("-cp", path, "ai.chatflow.app.Main", "server"));
    var builder = new ProcessBuilder(command);
    var environment = builder.environment();
    environment.put("CHATFLOW_PORT", String.valueOf(port));
    environment.put("CHATFLOW_ADMIN_PORT", "0");
    environment.put("CHATFLOW_DATA_DIR", folder.toString());
    environment.put("CHATFLOW_LOG_FORMAT", "text");
    environment.remove("DATABASE_URL");
    environment.remove("REDIS_URL");
    environment.putAll(options.environment());
    return builder
        .redirectErrorStream(true)
        .redirectOutput(
            ProcessBuilder.Redirect.appendTo(folder.resolveSibling("server.log").toFile()))
        .start();
  }

  private void awaitReady() {
    await()
        .atMost(START)
        .pollInterval(Duration.ofMillis(100))
        .until(
            () -> {
              if (!process.isAlive()) {
                throw new AssertionError("the server ended: " + log());
              }
              return ready();
            });
  }

  private boolean ready() {
    try {
      return Files.exists(folder.resolve("credentials.json")) && get("/v1/me") != null;
    } catch (IOException | AssertionError _) {
      return false;
    }
  }

  /// `kill -9`. The databases go on, as they do when a server dies.
  public void kill() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }

  /// SIGSTOP: it neither answers nor notices, until `thaw`.
  public void freeze() throws IOException, InterruptedException {
    signal("-STOP", pid());
  }

  /// SIGCONT.
  public void thaw() throws IOException, InterruptedException {
    signal("-CONT", pid());
  }

  private static void signal(String signal, long pid) throws IOException, InterruptedException {
    new ProcessBuilder("kill", signal, String.valueOf(pid)).start().waitFor();
  }

  public void startAgain() throws IOException {
    process = launch();
    awaitReady();
  }

  /// SIGTERM, which ends the databases too, and a new start.
  public void restart() throws IOException, InterruptedException {
    process.destroy();
    process.waitFor();
    startAgain();
  }

  /// What `pg_ctl stop -m immediate` does; the server starts it again.
  public void crashPostgreSql() throws IOException, InterruptedException {
    signal("-QUIT", Long.parseLong(postmaster().getFirst()));
  }

  /// What `postmaster.pid` says: the process id comes first, the port fourth.
  private List<String> postmaster() throws IOException {
    return Files.readAllLines(folder.resolve("postgresql/data/postmaster.pid"));
  }

  /// Where PostgreSQL listens on 127.0.0.1.
  public int postgreSqlPort() throws IOException {
    return Integer.parseInt(postmaster().get(3).strip());
  }

  /// The password of the owner `chatflow` of the database of that name.
  public String postgreSqlPassword() throws IOException {
    return Files.readString(folder.resolve("postgresql/password")).strip();
  }

  /// The database, as the owner of its tables.
  public Connection database() throws IOException, SQLException {
    return DriverManager.getConnection(
        "jdbc:postgresql://127.0.0.1:" + postgreSqlPort() + "/chatflow",
        "chatflow",
        postgreSqlPassword());
  }

  /// `kill -9`; the server starts it again.
  public void killRedis() throws IOException {
    var pid = Files.readString(folder.resolve("redis/redis.pid")).strip();
    ProcessHandle.of(Long.parseLong(pid)).ifPresent(ProcessHandle::destroyForcibly);
  }

  public void flushRedis() throws IOException {
    var settings = Files.readAllLines(folder.resolve("redis/redis.conf"));
    var redisPort = Integer.parseInt(setting(settings, "port"));
    var password = setting(settings, "requirepass").replace("\"", "");
    try (var socket = new Socket(InetAddress.getLoopbackAddress(), redisPort)) {
      socket
          .getOutputStream()
          .write(("AUTH " + password + "\r\nFLUSHALL\r\n").getBytes(StandardCharsets.UTF_8));
      var answer = new byte[10];
      socket.getInputStream().readNBytes(answer, 0, answer.length);
      if (!new String(answer, StandardCharsets.UTF_8).equals("+OK\r\n+OK\r\n")) {
        throw new IOException("FLUSHALL was refused");
      }
    }
  }

  private static String setting(List<String> settings, String name) {
    return settings.stream()
        .filter(line -> line.startsWith(name + " "))
        .map(line -> line.substring(name.length() + 1).strip())
        .findFirst()
        .orElseThrow();
  }

  /// The live key of the workspace that it began with.
  public String key() throws IOException {
    return JSON.readTree(folder.resolve("credentials.json").toFile()).path("live_key").asText();
  }

  /// The address of a hook as it is on this machine.
  public URI local(String webhookUrl) {
    return URI.create("http://127.0.0.1:" + port + URI.create(webhookUrl).getPath());
  }

  /// With the key of the demo workspace.
  public JsonNode get(String path) throws IOException {
    return call("GET", path, null);
  }

  /// With the key of the demo workspace.
  public JsonNode post(String path, JsonNode body) throws IOException {
    return call("POST", path, body);
  }

  /// All pages of a list.
  public List<JsonNode> list(String path) throws IOException {
    var items = new ArrayList<JsonNode>();
    String cursor = "";
    do {
      var page = get(path + "&limit=100" + cursor);
      page.path("data").forEach(items::add);
      cursor =
          page.path("has_more").asBoolean() ? "&cursor=" + page.path("next_cursor").asText() : "";
    } while (!cursor.isEmpty());
    return items;
  }

  private JsonNode call(String method, String path, @Nullable JsonNode body) throws IOException {
    var request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
            .timeout(Duration.ofSeconds(30))
            .header("Authorization", "Bearer " + key())
            .header("Content-Type", "application/json")
            .method(
                method,
                body == null
                    ? HttpRequest.BodyPublishers.noBody()
                    : HttpRequest.BodyPublishers.ofString(body.toString()))
            .build();
    try {
      var answer = http.send(request, BodyHandlers.ofString());
      if (answer.statusCode() >= 300) {
        throw new AssertionError(path + ": " + answer.statusCode() + " " + answer.body());
      }
      return JSON.readTree(answer.body());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(e);
    }
  }

  private String log() {
    try {
      var text = Files.readString(folder.resolveSibling("server.log"));
      return text.substring(Math.max(0, text.length() - 4_000));
    } catch (IOException e) {
      return e.toString();
    }
  }

  /// The process id of the server.
  public long pid() {
    return process.pid();
  }

  /// The port of the API on 127.0.0.1.
  public int port() {
    return port;
  }

  /// The folder of the databases, the keys and the logs.
  public Path folder() {
    return folder;
  }

  private static int freePort() throws IOException {
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  /// An orderly stop, which ends the databases too.
  @Override
  public void close() throws IOException {
    if (!process.isAlive()) {
      startAgain();
    }
    process.destroy();
    process.onExit().join();
    http.shutdownNow();
  }
}
