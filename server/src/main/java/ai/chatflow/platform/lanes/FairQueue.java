package ai.chatflow.platform.lanes;

import ai.chatflow.platform.ids.WorkspaceId;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/// Who is next: deficit round robin over workspaces first, then over the lanes of the workspace,
/// with a cap on what one workspace has in flight. A workspace gets one step a round; the cost of a
/// step is known only after it, so a deficit may go below zero, and the rounds that pay it back are
/// passed over. Not thread-safe.
final class FairQueue {
  private static final class Tenant {
    final ArrayDeque<LaneKey> ready = new ArrayDeque<>();
    long deficit;
    int inFlight;
  }

  private final long quantum;
  private final int cap;
  private final Map<WorkspaceId, Tenant> tenants = new HashMap<>();
  private final LinkedHashMap<WorkspaceId, Tenant> ring = new LinkedHashMap<>();

  /// `quantum`: what each workspace may spend in a round, in the unit of the costs.
  FairQueue(long quantum, int cap) {
    this.quantum = quantum;
    this.cap = cap;
  }

  /// The lane must not be in the queue or in flight.
  void add(LaneKey lane) {
    Tenant tenant = tenants.computeIfAbsent(lane.workspace(), _ -> new Tenant());
    tenant.ready.addLast(lane);
    if (tenant.inFlight < cap) {
      ring.putIfAbsent(lane.workspace(), tenant);
    }
  }

  /// The next lane to work; it is in flight until `done`.
  Optional<LaneKey> take() {
    while (!ring.isEmpty()) {
      var first = Objects.requireNonNull(ring.pollFirstEntry());
      Tenant tenant = first.getValue();
      if (tenant.deficit <= 0) {
        tenant.deficit += quantum;
      }
      if (tenant.deficit <= 0) {
        ring.put(first.getKey(), tenant);
        continue;
      }
      LaneKey lane = tenant.ready.removeFirst();
      tenant.inFlight++;
      if (!tenant.ready.isEmpty() && tenant.inFlight < cap) {
        ring.put(first.getKey(), tenant);
      }
      return Optional.of(lane);
    }
    return Optional.empty();
  }

  /// The step of the lane is over and has cost that much; `again` puts the lane back at the end. A
  /// workspace with nothing ready and nothing in flight is forgotten together with its deficit.
  void done(LaneKey lane, long cost, boolean again) {
    WorkspaceId workspace = lane.workspace();
    Tenant tenant = tenants.get(workspace);
    if (tenant == null || tenant.inFlight == 0) {
      throw new IllegalStateException("not in flight: " + lane);
    }
    tenant.inFlight--;
    tenant.deficit -= Math.max(1, cost);
    if (again) {
      tenant.ready.addLast(lane);
    }
    if (!tenant.ready.isEmpty()) {
      ring.putIfAbsent(workspace, tenant);
    } else if (tenant.inFlight == 0) {
      tenants.remove(workspace);
    }
  }

  /// Takes a lane out that waits; does nothing for one in flight.
  void remove(LaneKey lane) {
    Tenant tenant = tenants.get(lane.workspace());
    if (tenant != null && tenant.ready.remove(lane) && tenant.ready.isEmpty()) {
      ring.remove(lane.workspace());
      if (tenant.inFlight == 0) {
        tenants.remove(lane.workspace());
      }
    }
  }
}
