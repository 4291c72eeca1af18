package ai.chatflow.messaging;

import ai.chatflow.api.model.Message;
import ai.chatflow.api.model.MessageDirection;
import ai.chatflow.messaging.ProviderRefStore.Ref;
import ai.chatflow.platform.db.WorkspaceTx;
import ai.chatflow.platform.ids.MessageId;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Lets evidence about outbound messages take effect, many at once: from webhooks, and from our own
/// sends. Whatever comes first makes the reference to the provider's id; evidence without a message
/// waits in it.
public final class StatusIntake {
  private final ProviderRefStore refs = new ProviderRefStore();
  private final MessageStore messages = new MessageStore();
  private final SendQueueStore queue = new SendQueueStore();
  private final MessageEvents events;

  public StatusIntake(MessageEvents events) {
    this.events = events;
  }

  /// A report about the message with this provider id.
  ///
  /// @param ours our id of the message where the report names it
  public record Report(ProviderRefStore.Key key, @Nullable MessageId ours, Evidence evidence) {}

  /// What providers say.
  public void apply(WorkspaceTx tx, List<Report> reports, Instant now) {
    apply(tx, reports, existing(tx, reports), now);
  }

  /// What we know ourselves, of messages that we have just sent. Whoever erases one of them
  /// meanwhile leaves a reference that leads nowhere.
  void sent(WorkspaceTx tx, List<Report> reports, Instant now) {
    apply(tx, reports, Set.copyOf(named(reports)), now);
  }

  /// References first, then messages, each in key order: the order every transaction keeps.
  private void apply(WorkspaceTx tx, List<Report> reports, Set<MessageId> known, Instant now) {
    if (reports.isEmpty()) {
      return;
    }
    var wanted = new TreeMap<ProviderRefStore.Key, @Nullable MessageId>();
    for (var report : reports) {
      var ours = report.ours() != null && known.contains(report.ours()) ? report.ours() : null;
      if (ours != null || !wanted.containsKey(report.key())) {
        wanted.putIfAbsent(report.key(), ours);
      }
    }
    var locked = made(wanted, refs.insertMissing(tx, wanted));
    locked.putAll(
        refs.lock(tx, wanted.keySet().stream().filter(k -> !locked.containsKey(k)).toList()));
    var toUpdate = new LinkedHashMap<ProviderRefStore.Key, Ref>();
    var evidence = new TreeMap<MessageId, Evidence>((a, b) -> a.value().compareTo(b.value()));
    for (var report : reports) {
      var ref = toUpdate.getOrDefault(report.key(), locked.get(report.key()));
      if (ref == null) {
        continue;
      }
      settle(tx, report, wanted.get(report.key()), ref, toUpdate, evidence);
    }
    if (!toUpdate.isEmpty()) {
      refs.update(tx, List.copyOf(toUpdate.values()));
    }
    climb(tx, evidence, now);
  }

  /// References that we have just made need not be read again.
  private static Map<ProviderRefStore.Key, Ref> made(
      Map<ProviderRefStore.Key, @Nullable MessageId> wanted, Set<ProviderRefStore.Key> keys) {
    var made = new HashMap<ProviderRefStore.Key, Ref>();
    keys.forEach(key -> made.put(key, new Ref(key, wanted.get(key), null)));
    return made;
  }

  /// The ids in the reports that are messages here: a provider repeats whatever it was given.
  private Set<MessageId> existing(WorkspaceTx tx, List<Report> reports) {
    var ids = named(reports);
    return ids.isEmpty()
        ? Set.of()
        : messages.findAll(tx, ids).stream().map(Message::id).collect(Collectors.toSet());
  }

  private static List<MessageId> named(List<Report> reports) {
    return reports.stream()
        .flatMap(r -> Optional.ofNullable(r.ours()).stream())
        .distinct()
        .toList();
  }

  private void settle(
      WorkspaceTx tx,
      Report report,
      @Nullable MessageId ours,
      Ref ref,
      Map<ProviderRefStore.Key, Ref> toUpdate,
      Map<MessageId, Evidence> evidence) {
    var target = ref.message();
    var joined = report.evidence();
    if (ours != null && !ours.equals(target)) {
      if (target != null) {
        joined = joined.join(merge(tx, target));
        evidence.remove(target);
      }
      target = ours;
    }
    if (target == null) {
      var pending = ref.pending();
      toUpdate.put(
          report.key(),
          new Ref(report.key(), null, pending == null ? joined : pending.join(joined)));
      return;
    }
    if (ref.pending() != null) {
      joined = joined.join(ref.pending());
    }
    if (!target.equals(ref.message()) || ref.pending() != null) {
      toUpdate.put(report.key(), new Ref(report.key(), target, null));
    }
    evidence.merge(target, joined, Evidence::join);
  }

  /// An echo of our own message came before its send had committed and made a message of its own:
  /// what it knew moves over, and of the two ours stays.
  private Evidence merge(WorkspaceTx tx, MessageId echo) {
    var known = messages.lock(tx, List.of(echo)).stream().findFirst();
    messages.delete(tx, echo);
    return known
        .map(Evidence::of)
        .orElseGet(
            () ->
                new Evidence(
                    ai.chatflow.api.model.MessageStatus.QUEUED,
                    null,
                    null,
                    null,
                    null,
                    null,
                    null,
                    null));
  }

  private void climb(WorkspaceTx tx, Map<MessageId, Evidence> evidence, Instant now) {
    if (evidence.isEmpty()) {
      return;
    }
    var changed = new ArrayList<Message>();
    var news = new HashSet<MessageId>();
    for (var message : messages.lock(tx, evidence.keySet())) {
      var before = Evidence.of(message);
      var after = before.join(java.util.Objects.requireNonNull(evidence.get(message.id())));
      if (message.direction() == MessageDirection.OUTBOUND && !after.equals(before)) {
        changed.add(after.on(message));
        if (StatusLadder.climbs(before.status(), after.status())) {
          news.add(message.id());
        }
      }
    }
    if (changed.isEmpty()) {
      return;
    }
    queue.settled(tx, changed.stream().map(Message::id).toList());
    events.reached(
        tx,
        messages.updateStatuses(tx, changed, now).stream()
            .filter(m -> news.contains(m.id()))
            .toList());
  }
}
