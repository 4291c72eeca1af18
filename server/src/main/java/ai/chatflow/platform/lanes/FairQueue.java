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
/// passed over. A lane that waits for somebody else is not in flight meanwhile. Not thread-safe.
final class FairQueue {
  private static final class Tenant {
    final ArrayDeque<LaneKey> ready = new ArrayDeque<>();
    long deficit;
    int inFlight;
    int outside;

    boolean idle() {
      return ready.isEmpty() && inFlight == 0 && outside == 0;
    }
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
    Tenant tenant = inFlight(lane);
    tenant.inFlight--;
    tenant.deficit -= Math.max(1, cost);
    if (again) {
      tenant.ready.addLast(lane);
    }
    placed(workspace, tenant);
    if (tenant.idle()) {
      tenants.remove(workspace);
    }
  }

  /// The step goes on elsewhere until `stepIn`; others of its workspace may come meanwhile.
  void stepOut(LaneKey lane) {
    Tenant tenant = inFlight(lane);
    tenant.inFlight--;
    tenant.outside++;
    placed(lane.workspace(), tenant);
  }

  /// The step is back, whatever the cap.
  void stepIn(LaneKey lane) {
    var tenant = tenants.get(lane.workspace());
    if (tenant == null || tenant.outside == 0) {
      throw new IllegalStateException("not outside: " + lane);
    }
    tenant.outside--;
    tenant.inFlight++;
    placed(lane.workspace(), tenant);
  }

  private Tenant inFlight(LaneKey lane) {
    Tenant tenant = tenants.get(lane.workspace());
    if (tenant == null || tenant.inFlight == 0) {
      throw new IllegalStateException("not in flight: " + lane);
    }
    return tenant;
  }

  private void placed(WorkspaceId workspace, Tenant tenant) {
    if (tenant.ready.isEmpty() || tenant.inFlight >= cap) {
      ring.remove(workspace);
    } else {
      ring.putIfAbsent(workspace, tenant);
    }
  }

  /// Takes a lane out that waits; does nothing for one in flight.
  void remove(LaneKey lane) {
    Tenant tenant = tenants.get(lane.workspace());
    if (tenant != null && tenant.ready.remove(lane) && tenant.ready.isEmpty()) {
      ring.remove(lane.workspace());
      if (tenant.idle()) {
        tenants.remove(lane.workspace());
      }
    }
  }
}
