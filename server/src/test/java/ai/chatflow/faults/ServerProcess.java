package ai.chatflow.faults;

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
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The server in a process of its own, with embedded databases in a folder of its own. Everything
/// about it is done from outside: requests, signals, and looks into its folder.
final class ServerProcess implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration START = Duration.ofMinutes(2);

  private final Path folder;
  private final URI graph;
  private final int port;
  private final HttpClient http = HttpClient.newHttpClient();
  private Process process;

  private ServerProcess(Path folder, URI graph) throws IOException {
    this.folder = folder;
    this.graph = graph;
    this.port = freePort();
    this.process = launch();
  }

  static ServerProcess start(Path folder, URI graph) throws IOException {
    var server = new ServerProcess(folder, graph);
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

  private Process launch() throws IOException {
    var java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    var path =
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    var builder =
        new ProcessBuilder(
            java,
            "--enable-native-access=ALL-UNNAMED",
            "--sun-misc-unsafe-memory-access=allow",
            "-Xmx512m",
            "-cp",
            path,
            "ai.chatflow.app.Main",
            "server");
    var environment = builder.environment();
    environment.put("CHATFLOW_PORT", String.valueOf(port));
    environment.put("CHATFLOW_ADMIN_PORT", "0");
    environment.put("CHATFLOW_DATA_DIR", folder.toString());
    environment.put("CHATFLOW_LOG_FORMAT", "text");
    environment.put("CHATFLOW_WHATSAPP_CLOUD_BASE_URL", graph.toString());
    environment.remove("DATABASE_URL");
    environment.remove("REDIS_URL");
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
  void kill() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }

  void startAgain() throws IOException {
    process = launch();
    awaitReady();
  }

  /// What `pg_ctl stop -m immediate` does; the server starts it again.
  void crashPostgreSql() throws IOException, InterruptedException {
    var pidFile = folder.resolve("postgresql/data/postmaster.pid");
    new ProcessBuilder("kill", "-QUIT", Files.readAllLines(pidFile).getFirst()).start().waitFor();
  }

  /// `kill -9`; the server starts it again.
  void killRedis() throws IOException {
    var pid = Files.readString(folder.resolve("redis/redis.pid")).strip();
    ProcessHandle.of(Long.parseLong(pid)).ifPresent(ProcessHandle::destroyForcibly);
  }

  void flushRedis() throws IOException {
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

  int port() {
    return port;
  }

  /// The live key of the workspace that it began with.
  String key() throws IOException {
    return JSON.readTree(folder.resolve("credentials.json").toFile()).path("live_key").asText();
  }

  /// The address of a hook as it is on this machine.
  URI local(String webhookUrl) {
    return URI.create("http://127.0.0.1:" + port + URI.create(webhookUrl).getPath());
  }

  JsonNode get(String path) throws IOException {
    return call("GET", path, null);
  }

  JsonNode post(String path, JsonNode body) throws IOException {
    return call("POST", path, body);
  }

  /// All pages of a list.
  List<JsonNode> list(String path) throws IOException {
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
