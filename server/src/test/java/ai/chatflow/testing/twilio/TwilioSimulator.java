package ai.chatflow.testing.twilio;

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
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/// Twilio's REST API as far as the product uses it, on a port of its own. It refuses what Twilio
/// refuses (`TwilioRules`) and keeps it as an offence (`TwilioLog`), signs webhooks with the token
/// of the account, posts to the second address what the first did not take, and does what
/// `TwilioFault`s tell it.
public final class TwilioSimulator implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration TIMEOUT = Duration.ofSeconds(15);
  private static final String FORM = "application/x-www-form-urlencoded";

  private final TwilioLog log = new TwilioLog();
  private final HttpServer server;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final CountDownLatch closing = new CountDownLatch(1);
  private final Map<String, TwilioAccount> accounts = new ConcurrentHashMap<>();
  private final Map<String, Queue<TwilioFault>> next = new ConcurrentHashMap<>();
  private final Set<String> stopped = ConcurrentHashMap.newKeySet();
  private final AtomicLong messages = new AtomicLong(0x1000);

  /// @param port 0 takes a free one
  public TwilioSimulator(int port) throws IOException {
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

  public TwilioLog log() {
    return log;
  }

  /// From now on there is this account.
  public TwilioAccount plays(String sid, String token) {
    return accounts.computeIfAbsent(sid, _ -> new TwilioAccount(sid, token));
  }

  /// The next calls misbehave like this, one each.
  ///
  /// @param call method and last segment, such as `POST Messages.json`
  public void next(String call, TwilioFault... faults) {
    next.computeIfAbsent(call, _ -> new ConcurrentLinkedQueue<>()).addAll(Arrays.asList(faults));
  }

  /// From now on the person wants no messages; "Error 21610".
  public void stoppedBy(String number) {
    stopped.add(number);
  }

  /// An id that no message has yet.
  public String newSid() {
    return "SM%032x".formatted(messages.incrementAndGet());
  }

  /// Posts a message of a person to where the number's messages go, and to the second address what
  /// the first does not take ("IncomingPhoneNumber resource › SmsFallbackUrl").
  ///
  /// @return the last status
  public int receives(String account, Map<String, String> form)
      throws IOException, InterruptedException {
    String to = form.getOrDefault("To", "");
    ObjectNode number = Objects.requireNonNull(accounts.get(account)).number(to);
    JsonNode resource = number == null ? JSON.createObjectNode() : number;
    String first = resource.path("sms_url").asText();
    String second = resource.path("sms_fallback_url").asText();
    int status = posts(account, first, form);
    if (status == 200 || second.isEmpty()) {
      return status;
    }
    var again = new LinkedHashMap<>(form);
    again.put("ErrorCode", "11200");
    again.put("ErrorUrl", first);
    return posts(account, second, again);
  }

  /// Posts what became of a message to where it asked for.
  public int reports(TwilioLog.Sent sent, String status, String errorCode)
      throws IOException, InterruptedException {
    String url = Objects.requireNonNull(sent.form().get("StatusCallback"));
    return posts(sent.account(), url, TwilioForms.status(sent, status, errorCode));
  }

  /// Posts a form, signed; anything but 200 with TwiML is an offence of whoever took it.
  public int posts(String account, String url, Map<String, String> form)
      throws IOException, InterruptedException {
    String token = Objects.requireNonNull(accounts.get(account)).token();
    var request =
        HttpRequest.newBuilder(URI.create(url))
            .timeout(TIMEOUT)
            .header("Content-Type", FORM + "; charset=UTF-8")
            .header("X-Twilio-Signature", TwilioSigner.sign(token, url, form))
            .header("I-Twilio-Idempotency-Token", "b1f9c3d2-" + messages.incrementAndGet())
            .POST(HttpRequest.BodyPublishers.ofString(TwilioForms.encoded(form)))
            .build();
    var answer = http.send(request, HttpResponse.BodyHandlers.ofString());
    String type = answer.headers().firstValue("Content-Type").orElse("");
    // "Error 12300: Invalid Content-Type" and "Error 12100: Document parse failure"
    boolean understood = type.startsWith("text/xml") && "<Response/>".equals(answer.body());
    if (answer.statusCode() == 200 && !understood) {
      log.offended("answered a webhook with " + type + " " + answer.body());
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
      String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
      String method = exchange.getRequestMethod();
      String path = exchange.getRequestURI().getPath();
      TwilioAccount account = authentic(exchange, path);
      if (account == null) {
        refuse(exchange, new TwilioFault.Refuse(401, 20003, "Authenticate", 0));
        return;
      }
      String query = exchange.getRequestURI().getRawQuery();
      boolean post = "POST".equals(method);
      String type =
          Objects.requireNonNullElse(exchange.getRequestHeaders().getFirst("Content-Type"), "");
      if (post && !FORM.equals(type)) {
        log.offended(method + " with " + type);
      }
      var values = TwilioForms.decoded(post ? body : query == null ? "" : query);
      var violation = TwilioRules.violation(method, path, values);
      if (violation != null) {
        log.offended(method + " " + path + ": " + violation);
        refuse(exchange, new TwilioFault.Refuse(400, violation.code(), violation.message(), 0));
        return;
      }
      call(exchange, account, TwilioRules.first(values));
    }
  }

  /// "API › Requests": the account and its token, by Basic authentication.
  private @Nullable TwilioAccount authentic(HttpExchange exchange, String path) {
    String[] parts = path.split("/", -1);
    String sid = parts.length > 3 ? parts[3].replace(".json", "") : "";
    TwilioAccount account = accounts.get(sid);
    String given = exchange.getRequestHeaders().getFirst("Authorization");
    if (account == null || given == null) {
      return null;
    }
    String both = sid + ":" + account.token();
    String basic = Base64.getEncoder().encodeToString(both.getBytes(StandardCharsets.UTF_8));
    return given.equals("Basic " + basic) ? account : null;
  }

  private void call(HttpExchange exchange, TwilioAccount account, Map<String, String> form)
      throws IOException {
    String path = exchange.getRequestURI().getPath();
    String name = exchange.getRequestMethod() + " " + path.substring(path.lastIndexOf('/') + 1);
    switch (next.getOrDefault(name, new ArrayDeque<>()).poll()) {
      case TwilioFault.Refuse refusal -> refuse(exchange, refusal);
      case TwilioFault.Gateway(int status) -> {
        byte[] page = "<html>Bad gateway</html>".getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(status, page.length);
        exchange.getResponseBody().write(page);
      }
      case TwilioFault.Slow(Duration by) -> {
        awaitClose(by);
        done(exchange, account, form);
      }
      case TwilioFault.DropAfterAccepting _ -> {
        accept(exchange, account, form);
        exchange.close();
      }
      case TwilioFault.Hang _ -> {
        accept(exchange, account, form);
        awaitClose(Duration.ofHours(1));
      }
      case null -> done(exchange, account, form);
    }
  }

  private void done(HttpExchange exchange, TwilioAccount account, Map<String, String> form)
      throws IOException {
    boolean message = exchange.getRequestURI().getPath().endsWith("/Messages.json");
    TwilioFault.Refuse refusal = message ? refusal(account, form) : null;
    if (refusal != null) {
      refuse(exchange, refusal);
      return;
    }
    JsonNode resource = accept(exchange, account, form);
    if (resource == null) {
      refuse(exchange, new TwilioFault.Refuse(404, 20404, "The resource was not found", 0));
    } else {
      answer(exchange, message ? 201 : 200, resource);
    }
  }

  /// What depends on whom it is from and to.
  private TwilioFault.@Nullable Refuse refusal(TwilioAccount account, Map<String, String> form) {
    String to = form.getOrDefault("To", "");
    String from = form.get("From");
    String service = form.get("MessagingServiceSid");
    if (!to.matches("\\+[1-9][0-9]{6,14}")) {
      return new TwilioFault.Refuse(400, 21211, "Invalid 'To' Phone Number: " + to, 0);
    }
    if (service != null && !account.services.contains(service)) {
      return new TwilioFault.Refuse(404, 21701, "The Messaging Service does not exist", 0);
    }
    if (from != null && from.startsWith("+") && account.number(from) == null) {
      return new TwilioFault.Refuse(
          400, 21660, "Mismatch between the 'From' number " + from + " and the account", 0);
    }
    return stopped.contains(to)
        ? new TwilioFault.Refuse(400, 21610, "Attempt to send to unsubscribed recipient", 0)
        : null;
  }

  /// @return the resource; null where there is none
  private @Nullable JsonNode accept(
      HttpExchange exchange, TwilioAccount account, Map<String, String> form) {
    String path = exchange.getRequestURI().getPath();
    if (path.endsWith("/Messages.json")) {
      String sid = newSid();
      log.add(new TwilioLog.Sent(account.sid, sid, form));
      return message(account.sid, sid, form);
    }
    log.add(new TwilioLog.Done(account.sid, exchange.getRequestMethod(), path, form));
    if (path.endsWith("/IncomingPhoneNumbers.json")) {
      return account.page(form.get("PhoneNumber"));
    }
    if (path.contains("/IncomingPhoneNumbers/")) {
      String last = path.substring(path.lastIndexOf('/') + 1);
      return account.update(last.replace(".json", ""), form);
    }
    return account.resource();
  }

  /// "Message resource › Create a Message".
  public static ObjectNode message(String account, String sid, Map<String, String> form) {
    ObjectNode message = JSON.createObjectNode();
    message.put("account_sid", account).put("api_version", "2010-04-01");
    message.put("body", form.get("Body")).put("date_created", "Mon, 23 Nov 2026 09:00:00 +0000");
    message.putNull("date_sent").put("date_updated", "Mon, 23 Nov 2026 09:00:00 +0000");
    message.put("direction", "outbound-api").putNull("error_code").putNull("error_message");
    message.put("from", form.get("From"));
    message.put("messaging_service_sid", form.get("MessagingServiceSid"));
    message.put("num_media", "0").put("num_segments", "1").putNull("price").putNull("price_unit");
    message.put("sid", sid).put("status", form.containsKey("From") ? "queued" : "accepted");
    String uri = "/2010-04-01/Accounts/" + account + "/Messages/" + sid;
    message.putObject("subresource_uris").put("media", uri + "/Media.json");
    return message.put("to", form.get("To")).put("uri", uri + ".json");
  }

  private void awaitClose(Duration longest) {
    try {
      if (closing.await(longest.toMillis(), TimeUnit.MILLISECONDS)) {
        return;
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  /// "API › Responses › Exceptions".
  private static void refuse(HttpExchange exchange, TwilioFault.Refuse refusal) throws IOException {
    ObjectNode answer = JSON.createObjectNode().put("status", refusal.status());
    if (refusal.code() != 0) {
      answer.put("code", refusal.code()).put("message", refusal.message());
      answer.put("more_info", "https://www.twilio.com/docs/errors/" + refusal.code());
    }
    if (refusal.retryAfterSeconds() > 0) {
      exchange.getResponseHeaders().add("Retry-After", String.valueOf(refusal.retryAfterSeconds()));
    }
    answer(exchange, refusal.status(), answer);
  }

  private static void answer(HttpExchange exchange, int status, JsonNode body) throws IOException {
    byte[] bytes = body.toString().getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().add("Content-Type", "application/json");
    exchange.sendResponseHeaders(status, bytes.length);
    exchange.getResponseBody().write(bytes);
  }
}
