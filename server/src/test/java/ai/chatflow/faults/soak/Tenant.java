package ai.chatflow.faults.soak;

import static org.awaitility.Awaitility.await;

import ai.chatflow.platform.ids.WorkspaceId;
import ai.chatflow.sdk.ChatFlowClient;
import ai.chatflow.sdk.EventStream;
import ai.chatflow.sdk.model.Event;
import ai.chatflow.testing.whatsapp.GraphSimulator;
import ai.chatflow.testing.whatsapp.MetaWebhooks;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.URI;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/// One workspace of the soak: two numbers, a flow that answers `price`, an endpoint for webhooks, a
/// reader of the stream, and the account of what was done to it.
final class Tenant implements AutoCloseable {
  static final String KEYWORD = "price";
  static final String REPLY = "Our prices are on the way.";
  private static final int NUMBERS = 2;
  private static final ObjectMapper JSON = new ObjectMapper();

  private final WorkspaceId workspace;
  private final Api api;
  private final List<BusinessNumber> numbers = new ArrayList<>();
  private final Receiver receiver = new Receiver();
  private final EventStream stream;
  private final long eventsBefore;
  private final List<Long> streamed = new ArrayList<>();

  /// Provider ids that were posted, those answered with 200, and those that said the keyword.
  final Set<String> posted = ConcurrentHashMap.newKeySet();

  final Set<String> answered = ConcurrentHashMap.newKeySet();
  final Set<String> keyworded = ConcurrentHashMap.newKeySet();

  /// The ids of messages that came back for each Idempotency-Key.
  final Map<String, Set<String>> keys = new ConcurrentHashMap<>();

  /// What should not have happened, in words.
  final List<String> surprises = new CopyOnWriteArrayList<>();

  /// A number of the business, and the people who wrote to it.
  record BusinessNumber(
      String channel, URI hook, MetaWebhooks meta, long since, String people, Set<Integer> known) {
    String person(int which) {
      return people + "%05d".formatted(which);
    }
  }

  Tenant(int index, WorkspaceId workspace, String key, World world) throws IOException {
    this.workspace = workspace;
    this.api = new Api(world.server().port(), key);
    for (int i = 0; i < NUMBERS; i++) {
      numbers.add(number(index, i, world));
    }
    flow();
    this.eventsBefore = eventsBefore(world);
    var endpoint = JSON.createObjectNode().put("url", receiver.url());
    receiver.expect(api.make("/v1/webhook-endpoints", endpoint).path("secret").asText());
    var client =
        ChatFlowClient.builder()
            .baseUrl("http://127.0.0.1:" + world.server().port())
            .apiKey(key)
            .build();
    this.stream = client.events().stream(p -> p.cursor(0));
    Thread.ofVirtual().start(this::follow);
  }

  private BusinessNumber number(int tenant, int index, World world) throws IOException {
    var phoneNumberId = "70010020%d%d".formatted(tenant, index);
    var account =
        new GraphSimulator.Account(
            World.TOKEN, phoneNumberId, "80010020" + tenant, "app-secret-" + tenant);
    var meta = world.provider().alsoPlays(account);
    var config = JSON.createObjectNode().put("type", "whatsapp_cloud");
    config.put("phone_number_id", phoneNumberId).put("waba_id", account.wabaId());
    config.put("app_id", "90010020" + tenant).put("access_token", account.token());
    config.put("app_secret", account.appSecret()).put("verify_token", "verify");
    var body = JSON.createObjectNode().put("name", "Soak").put("send_rate_per_second", 80);
    var made = api.make("/v1/channels", body.set("config", config));
    var hook = world.server().local(made.path("webhook_url").asText());
    meta.reportTo(hook, index == 0 ? new String[] {"sent", "delivered"} : reversed());
    meta.duplicate(1 + index);
    return new BusinessNumber(
        made.path("id").asText(),
        hook,
        meta,
        Instant.parse(made.path("created_at").asText()).getEpochSecond(),
        "49171" + tenant + index,
        ConcurrentHashMap.newKeySet());
  }

  /// What an endpoint is not told: what was in the log before it was made.
  private long eventsBefore(World world) {
    await()
        .until(
            () -> world.database(sql -> new Stored(sql, this).count("event_queue", "true")) == 0);
    return world.database(sql -> new Stored(sql, this).count("event", "true"));
  }

  long eventsBefore() {
    return eventsBefore;
  }

  private static String[] reversed() {
    return new String[] {"delivered", "sent"};
  }

  private void flow() throws IOException {
    var definition = JSON.createObjectNode().put("start", "reply");
    ObjectNode trigger = definition.putArray("triggers").addObject().put("type", "keyword");
    trigger.put("match", "exact").putArray("keywords").add(KEYWORD);
    ObjectNode node = definition.putArray("nodes").addObject().put("id", "reply");
    node.put("type", "message").putObject("content").put("type", "text").put("text", REPLY);
    var flow = JSON.createObjectNode().put("name", "Prices");
    var made = api.make("/v1/flows", flow.set("definition", definition));
    api.make("/v1/flows/" + made.path("id").asText() + "/publish", JSON.createObjectNode());
  }

  private void follow() {
    try {
      for (Event event : stream) {
        synchronized (streamed) {
          streamed.add(event.position());
        }
      }
    } catch (RuntimeException e) {
      surprises.add("the stream ended: " + e);
    }
  }

  WorkspaceId workspace() {
    return workspace;
  }

  Api api() {
    return api;
  }

  List<BusinessNumber> numbers() {
    return numbers;
  }

  Receiver receiver() {
    return receiver;
  }

  /// The positions in the order in which the stream brought them.
  List<Long> streamed() {
    synchronized (streamed) {
      return List.copyOf(streamed);
    }
  }

  @Override
  public void close() {
    stream.close();
    receiver.close();
  }
}
