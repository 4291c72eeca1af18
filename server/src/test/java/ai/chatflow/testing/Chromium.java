package ai.chatflow.testing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;

/// A real browser with one page, driven by the DevTools protocol. A test without a browser on the
/// machine is skipped with a sentence; `CHATFLOW_REQUIRE_BROWSER=1` makes its absence a failure.
public final class Chromium implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final List<String> NAMES =
      List.of("chromium", "chromium-browser", "google-chrome");
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Process process;
  private final Path profile;
  private final WebSocket socket;
  private final AtomicInteger calls = new AtomicInteger();
  private final Map<Integer, CompletableFuture<JsonNode>> answers = new ConcurrentHashMap<>();
  private final List<String> requested = new CopyOnWriteArrayList<>();
  private final List<String> complaints = new CopyOnWriteArrayList<>();
  private String session = "";

  private Chromium(Path program) throws IOException {
    this.profile = Files.createTempDirectory("chromium");
    this.process =
        new ProcessBuilder(
                program.toString(),
                "--headless",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-quic",
                "--no-first-run",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
                "--remote-debugging-port=0",
                "--user-data-dir=" + profile,
                "about:blank")
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    this.socket =
        HttpClient.newHttpClient()
            .newWebSocketBuilder()
            .buildAsync(devTools(), new Listener())
            .join();
    var page = call("Target.createTarget", Map.of("url", "about:blank")).get("targetId");
    session =
        call("Target.attachToTarget", Map.of("targetId", page.textValue(), "flatten", true))
            .get("sessionId")
            .textValue();
    for (var domain : List.of("Page", "Network", "Log", "Runtime")) {
      call(domain + ".enable", Map.of());
    }
  }

  public static Chromium start() {
    var path = System.getenv().getOrDefault("PATH", "").split(java.io.File.pathSeparator);
    var program =
        NAMES.stream()
            .flatMap(name -> Stream.of(path).map(folder -> Path.of(folder, name)))
            .filter(Files::isExecutable)
            .findFirst();
    if (program.isEmpty() && "1".equals(System.getenv("CHATFLOW_REQUIRE_BROWSER"))) {
      throw new AssertionError("There is no Chromium on the PATH, and CHATFLOW_REQUIRE_BROWSER=1.");
    }
    Assumptions.assumeTrue(
        program.isPresent(),
        "There is no Chromium on the PATH. What needs a browser is not tested.");
    try {
      return new Chromium(program.orElseThrow());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public void open(URI url) {
    call("Page.navigate", Map.of("url", url.toString()));
  }

  /// The value of a JavaScript expression.
  public JsonNode evaluate(String expression) {
    var answer = call("Runtime.evaluate", Map.of("expression", expression, "returnByValue", true));
    if (answer.has("exceptionDetails")) {
      throw new AssertionError(expression + ": " + answer.get("exceptionDetails"));
    }
    return answer.path("result").path("value");
  }

  /// Waits until the expression is true.
  public void await(String expression) {
    Awaitility.await(expression)
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(50))
        .until(() -> evaluate(expression).asBoolean());
  }

  /// Clicks the first element of a selector, when it is there.
  public void click(String selector) {
    await("!!document.querySelector('%s')".formatted(selector));
    evaluate("document.querySelector('%s').click()".formatted(selector));
  }

  /// Types into the first element of a selector, in a way that React notices.
  public void type(String selector, String text) {
    await("!!document.querySelector('%s')".formatted(selector));
    evaluate(
        """
        (() => {
          const field = document.querySelector('%s');
          Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value').set.call(field, '%s');
          field.dispatchEvent(new Event('input', {bubbles: true}));
        })()
        """
            .formatted(selector, text));
  }

  /// Addresses that the page has asked for.
  public List<String> requested() {
    return List.copyOf(requested);
  }

  /// What the browser complained about: refused scripts, missing files, exceptions.
  public List<String> complaints() {
    return List.copyOf(complaints);
  }

  private URI devTools() throws IOException {
    var file = profile.resolve("DevToolsActivePort");
    Awaitility.await("Chromium listens")
        .atMost(PATIENCE)
        .until(() -> Files.exists(file) && Files.readAllLines(file).size() == 2);
    var lines = Files.readAllLines(file);
    return URI.create("ws://127.0.0.1:" + lines.getFirst() + lines.getLast());
  }

  private JsonNode call(String method, Map<String, ?> parameters) {
    int id = calls.incrementAndGet();
    var answer = new CompletableFuture<JsonNode>();
    answers.put(id, answer);
    ObjectNode message = JSON.createObjectNode().put("id", id).put("method", method);
    message.set("params", JSON.valueToTree(parameters));
    if (!session.isEmpty()) {
      message.put("sessionId", session);
    }
    socket.sendText(message.toString(), true).join();
    var found = answer.orTimeout(PATIENCE.toSeconds(), TimeUnit.SECONDS).join();
    if (found.has("error")) {
      throw new AssertionError(method + ": " + found.get("error"));
    }
    return found.path("result");
  }

  private void received(JsonNode message) {
    if (message.has("id")) {
      answers.remove(message.get("id").intValue()).complete(message);
      return;
    }
    switch (message.path("method").asText()) {
      case "Network.requestWillBeSent" -> requested.add(message.at("/params/request/url").asText());
      case "Log.entryAdded" -> complaints.add(message.at("/params/entry").toString());
      case "Runtime.exceptionThrown" -> complaints.add(message.get("params").toString());
      default -> {}
    }
  }

  @Override
  public void close() {
    socket.abort();
    process.destroy();
    try {
      if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
      try (var files = Files.walk(profile)) {
        files
            .sorted(java.util.Comparator.reverseOrder())
            .map(Path::toFile)
            .forEach(java.io.File::delete);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private final class Listener implements WebSocket.Listener {
    private final StringBuilder parts = new StringBuilder();

    @Override
    public @Nullable CompletionStage<?> onText(WebSocket from, CharSequence data, boolean last) {
      parts.append(data);
      if (last) {
        try {
          received(JSON.readTree(parts.toString()));
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        } finally {
          parts.setLength(0);
        }
      }
      from.request(1);
      return null;
    }
  }
}
