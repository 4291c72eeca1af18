package ai.chatflow.platform.lanes;

import ai.chatflow.platform.time.Monotonic;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;

/// Which nodes live, judged on this node's monotonic clock alone: a node is dead when its beat has
/// not moved for the take-over time. Since every observer counts from when it *saw* a beat, a node
/// may rely on its lanes for the take-over time from when it *began* to write one.
final class Liveness {
  private record Sighting(long beat, long since) {}

  private final UUID me;
  private final Monotonic clock;
  private final long takeOver;
  private final long margin;
  private final Map<UUID, Sighting> sightings = new HashMap<>();
  private volatile long heldUntil;
  private volatile long generation;

  Liveness(UUID me, Monotonic clock, LanesSettings settings) {
    this.me = me;
    this.clock = clock;
    this.takeOver = settings.takeOver().toNanos();
    this.margin = settings.margin().toNanos();
    this.heldUntil = clock.nanos();
  }

  /// A beat of ours that was begun at `started` is committed; `beats` is what it saw of the others.
  synchronized void beaten(long started, Map<UUID, Long> beats) {
    long now = clock.nanos();
    if (now - heldUntil >= 0) {
      generation++;
    }
    heldUntil = started + takeOver - margin;
    sightings.keySet().retainAll(beats.keySet());
    beats.forEach(
        (node, beat) ->
            sightings.compute(
                node,
                (_, seen) -> seen == null || seen.beat() != beat ? new Sighting(beat, now) : seen));
  }

  /// The nodes whose beat stands still, each with the beat at which it does.
  synchronized Map<UUID, Long> dead() {
    long now = clock.nanos();
    return sightings.entrySet().stream()
        .filter(seen -> !seen.getKey().equals(me))
        .filter(seen -> now - seen.getValue().since() >= takeOver)
        .collect(Collectors.toUnmodifiableMap(Map.Entry::getKey, seen -> seen.getValue().beat()));
  }

  /// Rises whenever this node may have been taken for dead: what it owned before may be another's.
  long generation() {
    return generation;
  }

  /// Whether the lanes of this node are still its own for that long.
  boolean holdsFor(Duration time) {
    return heldUntil - clock.nanos() > time.toNanos();
  }

  /// The same for what became ours in the given generation.
  boolean holdsFor(long since, Duration time) {
    return since == generation && holdsFor(time);
  }
}
