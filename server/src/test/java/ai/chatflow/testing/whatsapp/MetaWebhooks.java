package ai.chatflow.testing.whatsapp;

import ai.chatflow.testing.whatsapp.GraphSimulator.Account;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// Signs and posts webhooks as Meta does: at least once, in no order, again until they are answered
/// with 200 (Meta, "Webhooks": for seven days with falling frequency; here quickly).
public final class MetaWebhooks implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration TIMEOUT = Duration.ofSeconds(20);
  private static final long AGAIN_MILLIS = 200;

  private final Account account;
  private final Executor threads;
  private final HttpClient http = HttpClient.newHttpClient();
  private final CountDownLatch closing = new CountDownLatch(1);
  private volatile @Nullable URI hook;
  private volatile List<String> reports = List.of();
  private volatile int copies = 1;

  MetaWebhooks(Account account, Executor threads) {
    this.account = account;
    this.threads = threads;
  }

  /// From now on each accepted message is reported to the hook with these statuses.
  public void reportTo(URI hookUrl, String... statuses) {
    hook = hookUrl;
    reports = List.of(statuses);
  }

  /// Each report is posted this many times.
  public void duplicate(int times) {
    copies = times;
  }

  /// Reports in an order of chance from now on.
  public void shuffle(RandomGenerator random) {
    var shuffled = new ArrayList<>(reports);
    Collections.shuffle(shuffled, Random.from(random));
    reports = List.copyOf(shuffled);
  }

  /// Posts once and returns the HTTP status.
  public int post(URI hookUrl, JsonNode webhook) throws IOException, InterruptedException {
    byte[] body = webhook.toString().getBytes(StandardCharsets.UTF_8);
    var request =
        HttpRequest.newBuilder(hookUrl)
            .timeout(TIMEOUT)
            .header("Content-Type", "application/json")
            .header("X-Hub-Signature-256", MetaSignature.of(account.appSecret(), body))
            .POST(HttpRequest.BodyPublishers.ofByteArray(body))
            .build();
    return http.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
  }

  /// A message of a person.
  public ObjectNode message(
      String from, String wamid, long seconds, String type, JsonNode content) {
    ObjectNode webhook = JSON.createObjectNode().put("object", "whatsapp_business_account");
    ObjectNode value = value(webhook);
    ObjectNode contact = value.putArray("contacts").addObject().put("wa_id", from);
    contact.putObject("profile").put("name", "Person " + from);
    ObjectNode message = value.putArray("messages").addObject();
    message.put("from", from).put("id", wamid).put("timestamp", String.valueOf(seconds));
    message.put("type", type).set(type, content);
    return webhook;
  }

  /// A status of a message that was sent.
  public ObjectNode status(
      String wamid, String callbackData, String recipient, long seconds, String status) {
    ObjectNode webhook = JSON.createObjectNode().put("object", "whatsapp_business_account");
    ObjectNode item = value(webhook).putArray("statuses").addObject();
    item.put("id", wamid).put("status", status).put("timestamp", String.valueOf(seconds));
    item.put("recipient_id", recipient.replace("+", ""));
    item.put("biz_opaque_callback_data", callbackData);
    return webhook;
  }

  /// Something about a template of the account.
  ///
  /// @param field such as `message_template_status_update`
  public ObjectNode template(String field, long seconds, String id, String name, JsonNode more) {
    ObjectNode webhook = JSON.createObjectNode().put("object", "whatsapp_business_account");
    ObjectNode entry = webhook.putArray("entry").addObject().put("id", account.wabaId());
    ObjectNode change = entry.put("time", seconds).putArray("changes").addObject();
    ObjectNode value = change.put("field", field).putObject("value");
    value.put("message_template_id", Long.parseLong(id)).put("message_template_name", name);
    value.put("message_template_language", "en-US").setAll((ObjectNode) more);
    return webhook;
  }

  @Override
  public void close() {
    closing.countDown();
    http.shutdownNow();
  }

  void accepted(String wamid, String callbackData, String recipient) {
    URI target = hook;
    if (target == null) {
      return;
    }
    List<String> statuses = reports;
    threads.execute(
        () -> {
          long seconds = System.currentTimeMillis() / 1_000;
          for (String status : statuses) {
            for (int copy = 0; copy < copies; copy++) {
              untilTaken(target, status(wamid, callbackData, recipient, seconds, status));
            }
          }
        });
  }

  private void untilTaken(URI target, JsonNode webhook) {
    try {
      do {
        if (taken(target, webhook)) {
          return;
        }
      } while (!closing.await(AGAIN_MILLIS, TimeUnit.MILLISECONDS));
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private boolean taken(URI target, JsonNode webhook) throws InterruptedException {
    try {
      return post(target, webhook) == 200;
    } catch (IOException _) {
      return false;
    }
  }

  private ObjectNode value(ObjectNode webhook) {
    ObjectNode entry = webhook.putArray("entry").addObject().put("id", account.wabaId());
    ObjectNode change = entry.putArray("changes").addObject().put("field", "messages");
    ObjectNode value = change.putObject("value").put("messaging_product", "whatsapp");
    value
        .putObject("metadata")
        .put("display_phone_number", "15550100200")
        .put("phone_number_id", account.phoneNumberId());
    return value;
  }
}
