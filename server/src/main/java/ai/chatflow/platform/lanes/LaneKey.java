package ai.chatflow.platform.lanes;

import ai.chatflow.platform.ids.WorkspaceId;
import java.util.Comparator;
import java.util.Objects;

/// Names a lane. Keys are coarse (a channel, a hash bucket of contacts), so that lanes stay few.
public record LaneKey(String kind, WorkspaceId workspace, String key)
    implements Comparable<LaneKey> {
  private static final Comparator<LaneKey> ORDER =
      Comparator.<LaneKey, String>comparing(lane -> lane.workspace().value().toString())
          .thenComparing(LaneKey::kind)
          .thenComparing(LaneKey::key);

  public LaneKey {
    Objects.requireNonNull(kind, "kind");
    Objects.requireNonNull(workspace, "workspace");
    Objects.requireNonNull(key, "key");
  }

  @Override
  public int compareTo(LaneKey other) {
    return ORDER.compare(this, other);
  }
}
