package ai.chatflow.platform.lanes;

import static org.assertj.core.api.Assertions.assertThat;

import ai.chatflow.platform.ids.WorkspaceId;
import java.util.ArrayList;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class FairQueueTest {
  private final WorkspaceId big = new WorkspaceId(new UUID(0, 1));
  private final WorkspaceId small = new WorkspaceId(new UUID(0, 2));
  private final FairQueue queue = new FairQueue(50, 2);

  @Test
  void workspacesTakeTurnsHoweverManyLanesTheyHave() {
    for (int i = 0; i < 1000; i++) {
      queue.add(lane(big, "lane " + i));
    }
    queue.add(lane(small, "only"));

    var order = new ArrayList<WorkspaceId>();
    for (int i = 0; i < 3; i++) {
      var next = queue.take().orElseThrow();
      order.add(next.workspace());
      queue.done(next, 50, false);
    }

    assertThat(order).contains(small);
  }

  @Test
  void aWorkspaceThatSpentMoreWaitsLonger() {
    int expensiveSteps = 0;
    queue.add(lane(big, "slow"));
    queue.add(lane(small, "quick"));
    for (int i = 0; i < 110; i++) {
      var next = queue.take().orElseThrow();
      boolean slow = next.workspace().equals(big);
      expensiveSteps += slow ? 1 : 0;
      queue.done(next, slow ? 500 : 50, true);
    }

    assertThat(expensiveSteps).isBetween(9, 12);
  }

  @Test
  void aWorkspaceHasNoMoreInFlightThanItsCap() {
    for (int i = 0; i < 5; i++) {
      queue.add(lane(big, "lane " + i));
    }

    var first = queue.take().orElseThrow();
    assertThat(queue.take()).isPresent();

    assertThat(queue.take()).isEmpty();
    queue.done(first, 1, false);
    assertThat(queue.take()).isPresent();
  }

  @Test
  void whatWaitsForSomebodyElseLeavesItsPlaceToOthers() {
    for (int i = 0; i < 5; i++) {
      queue.add(lane(big, "lane " + i));
    }
    var first = queue.take().orElseThrow();
    var second = queue.take().orElseThrow();

    queue.stepOut(first);
    assertThat(queue.take()).isPresent();
    assertThat(queue.take()).isEmpty();

    queue.stepIn(first);
    queue.done(second, 1, false);
    assertThat(queue.take()).as("three are back, two may be").isEmpty();
    queue.done(first, 1, false);
    assertThat(queue.take()).isPresent();
  }

  @Test
  void lanesOfAWorkspaceTakeTurns() {
    queue.add(lane(big, "a"));
    queue.add(lane(big, "b"));

    var first = queue.take().orElseThrow();
    queue.done(first, 1, true);

    assertThat(queue.take().orElseThrow().key()).isEqualTo("b");
  }

  @Test
  void aLaneThatWasTakenOutDoesNotCome() {
    queue.add(lane(big, "a"));

    queue.remove(lane(big, "a"));

    assertThat(queue.take()).isEmpty();
  }

  private static LaneKey lane(WorkspaceId workspace, String key) {
    return new LaneKey("test", workspace, key);
  }
}
