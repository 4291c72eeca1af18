package ai.chatflow.faults.soak;

import ai.chatflow.faults.soak.Tenant.BusinessNumber;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Phaser;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;

/// The mixed load: people write (with repetitions, late and out of order), the API sends with keys
/// that are used again after an unknown answer, and lists are read. Each at a constant rate,
/// whatever becomes of earlier requests.
final class Traffic implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final double INBOUND = 7;
  private static final double SENDS = 3;
  private static final double LISTS = 1.5;
  private static final int PEOPLE = 300;
  private static final int MOST_AT_ONCE = 500;
  private static final Duration AGAIN = Duration.ofMillis(500);
  private static final Duration PATIENCE = Duration.ofSeconds(90);

  private final World world;
  private final Settings settings;
  private final ScheduledExecutorService clock = Executors.newScheduledThreadPool(1);
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final Phaser running = new Phaser(1);
  private final Semaphore places = new Semaphore(MOST_AT_ONCE);
  private final List<Future<?>> rhythms = new ArrayList<>();
  private final List<Webhook> earlier = new ArrayList<>();
  private final Map<String, LongAdder> counts = new ConcurrentHashMap<>();
  private int made;

  /// A signed POST that may be made again.
  private record Webhook(Tenant tenant, BusinessNumber number, JsonNode body, List<String> ids) {}

  Traffic(World world, Settings settings) {
    this.world = world;
    this.settings = settings;
  }

  void start() {
    every(INBOUND, "inbound", this::inbound);
    every(SENDS, "send", this::send);
    every(LISTS, "list", this::list);
  }

  /// Ends the load and waits for what is under way.
  void stop() throws InterruptedException {
    for (var rhythm : rhythms) {
      if (rhythm.isDone()) {
        throw new IllegalStateException("the load had stopped", rhythm.exceptionNow());
      }
    }
    clock.shutdown();
    clock.awaitTermination(10, TimeUnit.SECONDS);
    running.arriveAndAwaitAdvance();
  }

  /// What was done, by name.
  Map<String, LongAdder> counts() {
    return counts;
  }

  private void every(double perSecond, String kind, Consumer<RandomGenerator> act) {
    var chance = settings.chance(kind);
    long nanos = (long) (1e9 / (perSecond * settings.rate()));
    rhythms.add(
        clock.scheduleAtFixedRate(() -> act.accept(chance), nanos, nanos, TimeUnit.NANOSECONDS));
  }

  private void launch(Tenant tenant, String what, Runnable work) {
    if (!places.tryAcquire()) {
      count("left out: " + what);
      return;
    }
    running.register();
    threads.execute(
        () -> {
          try {
            work.run();
          } catch (RuntimeException e) {
            tenant.surprises.add(what + ": " + e);
          } finally {
            places.release();
            running.arriveAndDeregister();
          }
        });
  }

  private void inbound(RandomGenerator chance) {
    boolean again = chance.nextInt(100) < 20 && !earlier.isEmpty();
    var webhook = again ? earlier.get(chance.nextInt(earlier.size())) : written(chance);
    boolean patient = chance.nextInt(10) > 0;
    launch(webhook.tenant(), "inbound", () -> deliver(webhook, patient));
  }

  /// One to three messages of different people, up to twenty seconds late.
  private Webhook written(RandomGenerator chance) {
    var tenant = any(world.tenants(), chance);
    var number = any(tenant.numbers(), chance);
    int count = Math.max(1, chance.nextInt(10) - 6);
    var ids = new ArrayList<String>();
    ObjectNode webhook = JSON.createObjectNode();
    for (int i = 0; i < count; i++) {
      int person = chance.nextInt(PEOPLE);
      var id = "wamid.IN." + number.people() + "." + made++;
      boolean asks = chance.nextInt(10) == 0;
      long late = System.currentTimeMillis() / 1_000 - chance.nextInt(20);
      var text = JSON.createObjectNode().put("body", asks ? Tenant.KEYWORD : "Hello " + id);
      var one =
          number
              .meta()
              .message(number.person(person), id, Math.max(number.since(), late), "text", text);
      webhook = i == 0 ? one : joined(webhook, one);
      ids.add(id);
      tenant.posted.add(id);
      if (asks) {
        tenant.keyworded.add(id);
      }
    }
    var made = new Webhook(tenant, number, webhook, ids);
    if (earlier.size() < 200) {
      earlier.add(made);
    } else {
      earlier.set(chance.nextInt(200), made);
    }
    return made;
  }

  private static ObjectNode joined(ObjectNode all, ObjectNode one) {
    for (var list : List.of("contacts", "messages")) {
      var place = "/entry/0/changes/0/value/" + list;
      ((ArrayNode) all.at(place)).addAll((ArrayNode) one.at(place));
    }
    return all;
  }

  private void deliver(Webhook webhook, boolean patient) {
    long end = System.nanoTime() + PATIENCE.toNanos();
    do {
      int status = post(webhook);
      count("webhook " + status);
      if (status == 200) {
        webhook.tenant().answered.addAll(webhook.ids());
        for (var message : webhook.body().at("/entry/0/changes/0/value/messages")) {
          var from = message.path("from").asText();
          webhook.number().known().add(Integer.parseInt(from.substring(from.length() - 5)));
        }
        return;
      }
      if (status > 0 && status < 500) {
        webhook.tenant().surprises.add("a webhook was answered with " + status);
        return;
      }
      Pause.of(AGAIN);
    } while (patient && System.nanoTime() < end);
  }

  private static int post(Webhook webhook) {
    try {
      return webhook.number().meta().post(webhook.number().hook(), webhook.body());
    } catch (IOException _) {
      return 0;
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      return 0;
    }
  }

  private void send(RandomGenerator chance) {
    var tenant = any(world.tenants(), chance);
    var number = any(tenant.numbers(), chance);
    int person = chance.nextInt(PEOPLE);
    var key = "soak-" + number.people() + "-" + made++;
    var body = JSON.createObjectNode().put("channel_id", number.channel());
    body.putObject("to").put("phone", "+" + number.person(person));
    body.putObject("metadata").put("key", key);
    ObjectNode content = body.putObject("content");
    if (number.known().contains(person)) {
      content.put("type", "text").put("text", "Your order " + key);
    } else {
      content.put("type", "template").put("name", "offer").put("language", "en");
    }
    boolean patient = chance.nextInt(10) > 0;
    boolean twice = chance.nextInt(5) == 0;
    launch(
        tenant,
        "send",
        () -> {
          if (send(tenant, key, body.toString(), patient) && twice) {
            send(tenant, key, body.toString(), true);
          }
        });
  }

  /// Whether it was accepted. Where the answer is not known, the same is asked with the same key.
  private boolean send(Tenant tenant, String key, String body, boolean patient) {
    long end = System.nanoTime() + PATIENCE.toNanos();
    do {
      try {
        var answer = tenant.api().post("/v1/messages", body, "Idempotency-Key", key);
        count("send " + answer.status());
        if (answer.good()) {
          tenant
              .keys
              .computeIfAbsent(key, _ -> ConcurrentHashMap.newKeySet())
              .add(answer.body().path("id").asText());
          return true;
        }
        if (answer.status() < 500 && answer.status() != 409 && answer.status() != 429) {
          tenant.surprises.add("a send was refused: " + answer);
          return false;
        }
      } catch (IOException _) {
        count("send without an answer");
      }
      Pause.of(AGAIN);
    } while (patient && System.nanoTime() < end);
    return false;
  }

  private void list(RandomGenerator chance) {
    var tenant = any(world.tenants(), chance);
    var path = any(List.of("messages", "conversations"), chance);
    launch(tenant, "list", () -> list(tenant, path));
  }

  private void list(Tenant tenant, String path) {
    try {
      var answer = tenant.api().get("/v1/" + path + "?limit=50");
      count("list " + answer.status());
      if (answer.status() >= 400 && answer.status() < 500) {
        tenant.surprises.add("a list was refused: " + answer);
      }
      var own = tenant.numbers().stream().map(BusinessNumber::channel).toList();
      for (var row : answer.body().path("data")) {
        if (!own.contains(row.path("channel_id").asText())) {
          tenant.surprises.add("a row of another workspace: " + row);
        }
      }
    } catch (IOException _) {
      count("list without an answer");
    }
  }

  private void count(String what) {
    counts.computeIfAbsent(what, _ -> new LongAdder()).increment();
  }

  private static <T> T any(List<T> of, RandomGenerator chance) {
    return of.get(chance.nextInt(of.size()));
  }

  @Override
  public void close() {
    clock.shutdownNow();
    threads.shutdownNow();
  }
}
