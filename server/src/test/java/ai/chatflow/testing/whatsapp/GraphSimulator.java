package ai.chatflow.testing.whatsapp;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Meta's Graph API as far as sending and examining go, on a port of its own. It refuses what Meta
/// refuses (`GraphRequests`) and keeps it as an offence (`GraphLog`), answers in Meta's words,
/// posts status webhooks when it knows where to, and does what `Fault`s tell it. Sources: Meta,
/// "Messages" and "Cloud API error codes".
public final class GraphSimulator implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();

  /// The account that it plays.
  public record Account(String token, String phoneNumberId, String wabaId, String appSecret) {}

  private final Account account;
  private final GraphLog log;
  private final HttpServer server;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final ConcurrentLinkedQueue<Fault> next = new ConcurrentLinkedQueue<>();
  private final CountDownLatch closing = new CountDownLatch(1);
  private final Set<String> numbers = ConcurrentHashMap.newKeySet();
  private final ConcurrentLinkedQueue<String> wamids = new ConcurrentLinkedQueue<>();
  private final AtomicLong count = new AtomicLong();
  private final MetaWebhooks webhooks;
  private final GraphTemplates templates = new GraphTemplates();
  private volatile String quality = "GREEN";
  private volatile List<String> subscribed = List.of();
  private volatile String app = "634974688087057";
  private final Map<String, MetaWebhooks> others = new ConcurrentHashMap<>();
  private final Map<String, Fault> troubled = new ConcurrentHashMap<>();
  private volatile Supplier<@Nullable Fault> troubles = () -> null;

  /// @param port 0 takes a free one
  /// @param logFile where accepted messages are written down; null keeps them in memory only
  public GraphSimulator(Account account, int port, @Nullable Path logFile) throws IOException {
    this.account = account;
    numbers.add(account.phoneNumberId());
    this.log = new GraphLog(logFile);
    this.webhooks = new MetaWebhooks(account, threads);
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

  public GraphLog log() {
    return log;
  }

  /// The templates of the account.
  public GraphTemplates templates() {
    return templates;
  }

  /// What it tells the application about messages and people.
  public MetaWebhooks webhooks() {
    return webhooks;
  }

  /// The next requests to send misbehave like this, one each.
  public void next(Fault... faults) {
    next.addAll(Arrays.asList(faults));
  }

  /// Every n-th request to send misbehaves.
  public void every(long nth, Fault fault) {
    misbehaves(() -> log.calls() % nth == 0 ? fault : null);
  }

  /// Each request to send misbehaves as this says; null is none.
  public void misbehaves(Supplier<@Nullable Fault> says) {
    troubles = says;
  }

  /// Each request to send from this number misbehaves like this.
  public void misbehaves(String phoneNumberId, Fault fault) {
    troubled.put(phoneNumberId, fault);
  }

  /// From now on this number belongs to the account too.
  public void alsoPlays(String phoneNumberId) {
    numbers.add(phoneNumberId);
  }

  /// From now on it plays this number too, which has the same token.
  ///
  /// @return what it tells about that number
  public MetaWebhooks alsoPlays(Account other) {
    alsoPlays(other.phoneNumberId());
    return others.computeIfAbsent(other.phoneNumberId(), _ -> new MetaWebhooks(other, threads));
  }

  /// The next messages that are accepted get these ids, one each.
  public void nextIds(String... providerIds) {
    wamids.addAll(Arrays.asList(providerIds));
  }

  /// How Meta rates the number from now on: `GREEN`, `YELLOW`, `RED` or `UNKNOWN`.
  public void rates(String rating) {
    quality = rating;
  }

  /// The app that the token belongs to from now on.
  public void belongsTo(String appId) {
    app = appId;
  }

  /// The apps that the account posts its webhooks to from now on.
  public void subscribes(String... apps) {
    subscribed = List.of(apps);
  }

  @Override
  public void close() {
    closing.countDown();
    server.stop(0);
    webhooks.close();
    others.values().forEach(MetaWebhooks::close);
    threads.shutdownNow();
  }

  private void serve(HttpExchange exchange) throws IOException {
    try (exchange) {
      var request = GraphRequests.Request.of(exchange, exchange.getRequestBody().readAllBytes());
      if (!("Bearer " + account.token())
          .equals(exchange.getRequestHeaders().getFirst("Authorization"))) {
        refuse(exchange, 401, 190, "Invalid OAuth access token.", 0);
        return;
      }
      if (subscribes(request)) {
        subscribed = List.of(app);
        answer(exchange, 200, JSON.createObjectNode().put("success", true));
        return;
      }
      if (asksForSubscriptions(request)) {
        answer(exchange, 200, subscriptions());
        return;
      }
      var template =
          templates.answer(request, account.wabaId(), exchange.getRequestURI().getRawQuery());
      if (template != null) {
        if (template.offence() != null) {
          log.offended(template.offence().details() + ": " + request);
        }
        answer(exchange, template);
        return;
      }
      var violation = GraphRequests.violation(request, numbers);
      if (violation != null) {
        log.offended(violation.details() + ": " + request);
        refuse(exchange, 400, violation.code(), violation.details(), 0);
      } else if (request.body() == null) {
        ObjectNode number = JSON.createObjectNode().put("id", request.number());
        answer(exchange, 200, number.put("quality_rating", quality));
      } else if (request.body().has("status")) {
        answer(exchange, 200, JSON.createObjectNode().put("success", true));
      } else {
        log.called();
        send(exchange, request.number(), request.body(), fault(request.number()));
      }
    }
  }

  private void answer(HttpExchange exchange, GraphTemplates.Answer template) throws IOException {
    switch (template.fault()) {
      case Fault.Refuse(int status, int code, int retryAfter) ->
          refuse(exchange, status, code, "Simulated.", retryAfter);
      case Fault.DropBeforeAccepting _, Fault.DropAfterAccepting _ -> exchange.close();
      case null -> answer(exchange, template.status(), template.body());
      default -> throw new IllegalArgumentException("no such fault of templates");
    }
  }

  /// Source: Meta, "Subscribe to a WABA".
  private boolean subscribes(GraphRequests.Request request) {
    return "POST".equals(request.method())
        && request.number().equals(account.wabaId())
        && "/subscribed_apps".equals(request.rest())
        && request.body() != null
        && request.body().isEmpty();
  }

  private boolean asksForSubscriptions(GraphRequests.Request request) {
    return "GET".equals(request.method())
        && request.number().equals(account.wabaId())
        && "/subscribed_apps".equals(request.rest());
  }

  /// Source: Meta, "Get All Subscriptions for a WABA".
  private ObjectNode subscriptions() {
    ObjectNode answer = JSON.createObjectNode();
    var data = answer.putArray("data");
    subscribed.forEach(
        app -> data.addObject().putObject("whatsapp_business_api_data").put("id", app));
    return answer;
  }

  private void send(HttpExchange exchange, String number, JsonNode body, @Nullable Fault fault)
      throws IOException {
    switch (fault) {
      case Fault.Refuse(int status, int code, int retryAfter) ->
          refuse(exchange, status, code, "Simulated.", retryAfter);
      case Fault.Gateway(int status) -> {
        byte[] page = "<html>Bad gateway</html>".getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(status, page.length);
        exchange.getResponseBody().write(page);
      }
      case Fault.DropBeforeAccepting _ -> exchange.close();
      case Fault.DropAfterAccepting _ -> {
        accept(number, body);
        exchange.close();
      }
      case Fault.Hang _ -> {
        accept(number, body);
        awaitClose(Long.MAX_VALUE);
      }
      case Fault.Delay(var by) -> {
        awaitClose(by.toMillis());
        answer(exchange, 200, accepted(body, accept(number, body)));
      }
      case null -> answer(exchange, 200, accepted(body, accept(number, body)));
    }
  }

  private String accept(String number, JsonNode body) {
    String wanted = wamids.poll();
    String wamid =
        wanted == null
            ? "wamid.SIM" + account.phoneNumberId() + "." + count.incrementAndGet()
            : wanted;
    String callbackData = body.path("biz_opaque_callback_data").asText();
    String recipient = body.path("to").asText(body.path("recipient").asText());
    log.add(new GraphLog.Accepted(wamid, callbackData, recipient, body.toString()));
    others.getOrDefault(number, webhooks).accepted(wamid, callbackData, recipient);
    return wamid;
  }

  private static ObjectNode accepted(JsonNode body, String wamid) {
    ObjectNode answer = JSON.createObjectNode().put("messaging_product", "whatsapp");
    String to = body.path("to").asText();
    answer.putArray("contacts").addObject().put("input", to).put("wa_id", to.replace("+", ""));
    answer.putArray("messages").addObject().put("id", wamid);
    return answer;
  }

  private @Nullable Fault fault(String number) {
    Fault queued = next.poll();
    if (queued != null) {
      return queued;
    }
    Fault own = troubled.get(number);
    return own == null ? troubles.get() : own;
  }

  private void awaitClose(long millis) {
    try {
      if (closing.await(millis, TimeUnit.MILLISECONDS)) {
        return;
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private static void refuse(
      HttpExchange exchange, int status, int code, String details, int retryAfterSeconds)
      throws IOException {
    if (retryAfterSeconds > 0) {
      exchange.getResponseHeaders().add("Retry-After", String.valueOf(retryAfterSeconds));
    }
    ObjectNode answer = JSON.createObjectNode();
    ObjectNode error = answer.putObject("error");
    error.put("message", "(#" + code + ") " + details).put("type", "OAuthException");
    error.put("code", code).put("fbtrace_id", "SIMULATED");
    error.putObject("error_data").put("messaging_product", "whatsapp").put("details", details);
    answer(exchange, status, answer);
  }

  private static void answer(HttpExchange exchange, int status, JsonNode body) throws IOException {
    byte[] bytes = body.toString().getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().add("Content-Type", "application/json");
    exchange.sendResponseHeaders(status, bytes.length);
    exchange.getResponseBody().write(bytes);
  }

  /// Runs until it is killed. Environment: PORT, TOKEN, PHONE_NUMBER_ID, WABA_ID, APP_SECRET,
  /// HOOK_URL, LOG, and FAULT with EVERY (`FAULT=drop EVERY=50`). Prints its address.
  public static void main(String[] args) throws Exception {
    Map<String, String> env = System.getenv();
    var account =
        new Account(
            env.getOrDefault("TOKEN", "token"),
            env.getOrDefault("PHONE_NUMBER_ID", "700100200300400"),
            env.getOrDefault("WABA_ID", "800100200300400"),
            env.getOrDefault("APP_SECRET", "secret"));
    String logFile = env.get("LOG");
    var simulator =
        new GraphSimulator(
            account,
            Integer.parseInt(env.getOrDefault("PORT", "0")),
            logFile == null ? null : Path.of(logFile));
    if (env.containsKey("HOOK_URL")) {
      simulator.webhooks().reportTo(URI.create(env.get("HOOK_URL")), "sent", "delivered");
    }
    if (env.containsKey("FAULT")) {
      simulator.every(
          Long.parseLong(env.getOrDefault("EVERY", "1")), Fault.parse(env.get("FAULT")));
    }
    System.out.println(simulator.url());
    new CountDownLatch(1).await();
  }
}
