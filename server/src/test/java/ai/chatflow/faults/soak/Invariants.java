package ai.chatflow.faults.soak;

import ai.chatflow.testing.whatsapp.GraphLog;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.LongStream;

/// What must hold when everything has come to rest.
final class Invariants {
  private final World world;
  private final List<Finding> findings = new ArrayList<>();

  private Invariants(World world) {
    this.world = world;
  }

  static List<Finding> of(World world) throws IOException {
    var checked = new Invariants(world);
    world.database(
        sql -> {
          checked.sends(new Stored(sql, world.tenants()));
          checked.webhooks(world.tenants().stream().map(t -> new Stored(sql, t)).toList());
          checked.keys(world.tenants().stream().map(t -> new Stored(sql, t)).toList());
          checked.events(world.tenants().stream().map(t -> new Stored(sql, t)).toList());
          checked.rest(new Stored(sql, world.tenants()));
          return checked;
        });
    checked.walls();
    checked.surprises();
    return checked.findings;
  }

  private void sends(Stored stored) {
    var accepted = accepted(world);
    var delivered = stored.outboundIn("'delivered'");
    long all = stored.count("message", "direction = 'outbound'");
    found("messages to send: lost (not delivered in the end)", all, all - delivered.size());
    found("accepted by the provider: sent twice", accepted.size(), twice());
    found(
        "delivered: unknown to the provider",
        delivered.size(),
        without(delivered, accepted).size());
    var replies = stored.count("message", "direction = 'outbound' and source = 'flow'");
    long asked =
        world.tenants().stream()
            .mapToLong(
                t ->
                    t.keyworded.stream()
                        .filter(id -> t.answered.contains(id) || storedInbound(t).contains(id))
                        .count())
            .sum();
    found("keywords: not answered exactly once by the flow", asked, Math.abs(asked - replies));
  }

  private Set<String> storedInbound(Tenant tenant) {
    return new HashSet<>(world.database(sql -> new Stored(sql, tenant).inbound()));
  }

  private int twice() {
    return world.provider().log().sentTwice().size();
  }

  static Set<String> accepted(World world) {
    return world.provider().log().accepted().stream()
        .map(GraphLog.Accepted::callbackData)
        .collect(Collectors.toSet());
  }

  private void webhooks(List<Stored> stored) {
    long answered = 0;
    long missing = 0;
    long strangers = 0;
    long doubled = 0;
    for (int i = 0; i < stored.size(); i++) {
      var tenant = world.tenants().get(i);
      var rows = stored.get(i).inbound();
      var distinct = new HashSet<>(rows);
      answered += tenant.answered.size();
      missing += without(tenant.answered, distinct).size();
      strangers += without(distinct, tenant.posted).size();
      doubled += rows.size() - distinct.size();
    }
    found("messages in webhooks answered with 200: not stored", answered, missing);
    found("messages stored: in no webhook of this workspace", answered, strangers);
    found("messages stored: more than once", answered, doubled);
  }

  private void keys(List<Stored> stored) {
    long used = 0;
    long several = 0;
    long doubled = 0;
    long missing = 0;
    for (int i = 0; i < stored.size(); i++) {
      var answered = world.tenants().get(i).keys;
      var rows = stored.get(i).keys();
      var distinct = new HashSet<>(rows);
      used += answered.size();
      several += answered.values().stream().filter(ids -> ids.size() != 1).count();
      doubled += rows.size() - distinct.size();
      missing += without(answered.keySet(), distinct).size();
    }
    found("Idempotency-Keys answered with 202: several messages shown", used, several);
    found("Idempotency-Keys answered with 202: several messages stored", used, doubled);
    found("Idempotency-Keys answered with 202: no message stored", used, missing);
  }

  private void events(List<Stored> stored) {
    long all = 0;
    long gaps = 0;
    long unposted = 0;
    long forged = 0;
    long streams = 0;
    long received = 0;
    long announced = 0;
    for (int i = 0; i < stored.size(); i++) {
      var tenant = world.tenants().get(i);
      var log = stored.get(i).positions();
      all += log.size();
      gaps += log.equals(LongStream.rangeClosed(1, log.size()).boxed().toList()) ? 0 : 1;
      unposted += without(expected(log, tenant), tenant.receiver().positions()).size();
      forged += tenant.receiver().forged();
      streams += differences(log, tenant.streamed());
      var told = stored.get(i).receivedInLog();
      var rows = stored.get(i).inbound().size();
      received += rows;
      announced += Math.abs(rows - told.size()) + told.size() - new HashSet<>(told).size();
    }
    found("event logs: with gaps", stored.size(), gaps);
    found("received messages: without exactly one event", received, announced);
    found("events: never posted to the endpoint", all, unposted);
    found("posts to endpoints: with a wrong signature", posts(), forged);
    found("events: not exactly once and in order on the stream", all, streams);
  }

  /// The endpoint is told what happens after it was made.
  private static Set<Long> expected(List<Long> log, Tenant tenant) {
    return log.stream()
        .filter(position -> position > tenant.eventsBefore())
        .collect(Collectors.toSet());
  }

  private long posts() {
    return world.tenants().stream().mapToLong(t -> t.receiver().posts()).sum();
  }

  private static long differences(List<Long> log, List<Long> streamed) {
    long wrong = Math.abs(log.size() - streamed.size());
    for (int i = 0; i < Math.min(log.size(), streamed.size()); i++) {
      wrong += log.get(i).equals(streamed.get(i)) ? 0 : 1;
    }
    return wrong;
  }

  private void rest(Stored stored) {
    found("rows left in queues", 0, stored.open());
    found("dead letters", 0, stored.count("dead_letter", "true"));
    found(
        "lanes: overdue at rest",
        stored.count("lane", "true"),
        stored.count("lane", "due_at < now() - interval '30 seconds'"));
    found("requests that the provider would not understand", calls(), offences());
  }

  private int calls() {
    return world.provider().log().calls();
  }

  private int offences() {
    return world.provider().log().takeOffences().size();
  }

  /// What each workspace's key shows is what is stored of that workspace.
  private void walls() throws IOException {
    long shown = 0;
    long foreign = 0;
    for (var tenant : world.tenants()) {
      var rows = tenant.api().list("/v1/messages");
      long rowsStored = world.database(sql -> new Stored(sql, tenant).count("message", "true"));
      var own = tenant.numbers().stream().map(Tenant.BusinessNumber::channel).toList();
      shown += rows.size();
      foreign += Math.abs(rows.size() - rowsStored);
      foreign += rows.stream().filter(r -> !own.contains(r.path("channel_id").asText())).count();
    }
    found("messages shown by the API: of another workspace, or missing", shown, foreign);
  }

  private void surprises() {
    var all = new TreeSet<String>();
    world.tenants().forEach(tenant -> all.addAll(tenant.surprises));
    var first = all.isEmpty() ? "" : all.stream().limit(5).collect(Collectors.joining("; "));
    findings.add(new Finding("answers that nobody expects", 0, all.size(), first));
  }

  private void found(String what, long of, long broken) {
    findings.add(Finding.of(what, of, broken));
  }

  private static <T> Set<T> without(Set<T> all, Set<T> some) {
    var left = new HashSet<>(all);
    left.removeAll(some);
    return left;
  }
}
