package ai.chatflow.testing.telegram;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/// Telegram's Bot API as far as the product uses it, on a port of its own. It refuses what Telegram
/// refuses (`BotRules`) and keeps it as an offence (`BotLog`), posts updates to the webhook that
/// was set with the secret that was given, and does what `BotFault`s tell it.
public final class TelegramSimulator implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration TIMEOUT = Duration.ofSeconds(20);
  private static final String SECRET = "X-Telegram-Bot-Api-Secret-Token";

  private final BotLog log = new BotLog();
  private final HttpServer server;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final HttpClient http = HttpClient.newHttpClient();
  private final CountDownLatch closing = new CountDownLatch(1);
  private final Map<String, String> bots = new ConcurrentHashMap<>();
  private final Map<String, JsonNode> webhooks = new ConcurrentHashMap<>();
  private final Map<String, Queue<BotFault>> next = new ConcurrentHashMap<>();
  private final Set<String> blocked = ConcurrentHashMap.newKeySet();
  private final AtomicLong messages = new AtomicLong(1_000);

  /// @param port 0 takes a free one
  public TelegramSimulator(int port) throws IOException {
    this.server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1_024);
    server.setExecutor(threads);
    server.createContext("/", this::serve);
    server.start();
  }

  /// Scheme and host, for the adapter.
  public URI url() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
  }

  public BotLog log() {
    return log;
  }

  /// From now on there is this bot.
  public void plays(String token, String username) {
    bots.put(token, username);
  }

  /// From now on the token lets nobody in.
  public void revokes(String token) {
    bots.remove(token);
  }

  /// The next calls of a method misbehave like this, one each.
  public void next(String method, BotFault... faults) {
    next.computeIfAbsent(method, _ -> new ConcurrentLinkedQueue<>()).addAll(Arrays.asList(faults));
  }

  /// From now on the person does not want to hear from any bot.
  public void blockedBy(String user) {
    blocked.add(user);
  }

  /// What `setWebhook` was last told about a bot; null when nothing is set.
  public @Nullable JsonNode webhook(String token) {
    return webhooks.get(token);
  }

  /// Posts an update, does what the answer asks for, and returns the HTTP status; 0 when the bot
  /// did not ask for such updates.
  public int post(String token, ObjectNode update) throws IOException, InterruptedException {
    JsonNode webhook = webhooks.get(token);
    if (webhook == null) {
      throw new IllegalStateException("the bot has no webhook");
    }
    for (JsonNode kind : webhook.path("allowed_updates")) {
      if (update.has(kind.asText())) {
        return post(token, webhook, update);
      }
    }
    return 0;
  }

  private int post(String token, JsonNode webhook, ObjectNode update)
      throws IOException, InterruptedException {
    var request =
        HttpRequest.newBuilder(URI.create(webhook.path("url").asText()))
            .timeout(TIMEOUT)
            .header("Content-Type", "application/json")
            .header(SECRET, webhook.path("secret_token").asText())
            .POST(HttpRequest.BodyPublishers.ofString(update.toString()))
            .build();
    var answer = http.send(request, HttpResponse.BodyHandlers.ofString());
    if (answer.statusCode() == 200 && !answer.body().isEmpty()) {
      ObjectNode asked = (ObjectNode) JSON.readTree(answer.body());
      String method = asked.remove("method").asText();
      String violation = BotRules.violation(method, asked);
      if (violation != null) {
        log.offended(method + ": " + violation);
      } else {
        accept(token, method, asked);
      }
    }
    return answer.statusCode();
  }

  @Override
  public void close() {
    closing.countDown();
    server.stop(0);
    http.shutdownNow();
    threads.shutdownNow();
  }

  private void serve(HttpExchange exchange) throws IOException {
    try (exchange) {
      byte[] body = exchange.getRequestBody().readAllBytes();
      String[] path = exchange.getRequestURI().getPath().split("/", -1);
      String token = path.length == 3 && path[1].startsWith("bot") ? path[1].substring(3) : "";
      String username = bots.get(token);
      if (username == null) {
        // the Bot API knows no such path where a token is malformed, and no such bot elsewhere
        boolean formed = token.matches("[0-9]+:[A-Za-z0-9_-]{30,}");
        refuse(exchange, formed ? 401 : 404, formed ? "Unauthorized" : "Not Found", 0);
        return;
      }
      String method = path[2];
      JsonNode given = JSON.readTree(body);
      String violation = BotRules.violation(method, given);
      if (violation != null) {
        log.offended(method + ": " + violation);
        refuse(exchange, 400, "Bad Request: " + violation, 0);
        return;
      }
      BotFault fault = next.getOrDefault(method, new ArrayDeque<>()).poll();
      call(exchange, token, method, given, fault);
    }
  }

  private void call(
      HttpExchange exchange, String token, String method, JsonNode given, @Nullable BotFault fault)
      throws IOException {
    switch (fault) {
      case BotFault.Refuse(int code, String description, int retryAfter) ->
          refuse(exchange, code, description, retryAfter);
      case BotFault.Gateway(int status) -> {
        byte[] page = "<html>Bad gateway</html>".getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(status, page.length);
        exchange.getResponseBody().write(page);
      }
      case BotFault.DropAfterAccepting _ -> {
        accept(token, method, given);
        exchange.close();
      }
      case BotFault.Hang _ -> {
        accept(token, method, given);
        awaitClose();
      }
      case null -> {
        if (blocked.contains(given.path("chat_id").asText())) {
          refuse(exchange, 403, "Forbidden: bot was blocked by the user", 0);
        } else {
          ObjectNode answer = JSON.createObjectNode().put("ok", true);
          answer(exchange, 200, answer.set("result", accept(token, method, given)));
        }
      }
    }
  }

  /// @return the result
  private JsonNode accept(String token, String method, JsonNode given) {
    String bot = token.substring(0, token.indexOf(':'));
    String chat = given.path("chat_id").asText();
    boolean message = method.startsWith("send") && !"sendChatAction".equals(method);
    long id = message ? messages.incrementAndGet() : 0;
    log.add(new BotLog.Done(bot, method, chat, id, given));
    return switch (method) {
      case "getMe" ->
          JSON.createObjectNode()
              .put("id", Long.parseLong(bot))
              .put("is_bot", true)
              .put("first_name", "Bot")
              .put("username", bots.get(token));
      case "getWebhookInfo" -> info(webhooks.get(token));
      case "setWebhook" -> {
        webhooks.put(token, given);
        yield JSON.getNodeFactory().booleanNode(true);
      }
      case "deleteWebhook" -> {
        webhooks.remove(token);
        yield JSON.getNodeFactory().booleanNode(true);
      }
      default -> message ? sent(id, given) : JSON.getNodeFactory().booleanNode(true);
    };
  }

  private static ObjectNode info(@Nullable JsonNode webhook) {
    ObjectNode info = JSON.createObjectNode();
    info.put("url", webhook == null ? "" : webhook.path("url").asText());
    return info.put("has_custom_certificate", false).put("pending_update_count", 0);
  }

  private static ObjectNode sent(long id, JsonNode given) {
    ObjectNode sent = JSON.createObjectNode().put("message_id", id).put("date", 1_790_000_000);
    sent.putObject("chat").put("id", given.path("chat_id").asLong()).put("type", "private");
    return sent;
  }

  private void awaitClose() {
    try {
      closing.await();
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private static void refuse(
      HttpExchange exchange, int code, String description, int retryAfterSeconds)
      throws IOException {
    ObjectNode answer = JSON.createObjectNode().put("ok", false).put("error_code", code);
    answer.put("description", description);
    if (retryAfterSeconds > 0) {
      answer.putObject("parameters").put("retry_after", retryAfterSeconds);
    }
    answer(exchange, code, answer);
  }

  private static void answer(HttpExchange exchange, int status, JsonNode body) throws IOException {
    byte[] bytes = body.toString().getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().add("Content-Type", "application/json");
    exchange.sendResponseHeaders(status, bytes.length);
    exchange.getResponseBody().write(bytes);
  }
}
