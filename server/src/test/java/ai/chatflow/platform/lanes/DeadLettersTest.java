package ai.chatflow.platform.lanes;

import static org.assertj.core.api.Assertions.assertThat;

import ai.chatflow.platform.db.Db;
import ai.chatflow.platform.ids.IdGenerator;
import ai.chatflow.platform.ids.WorkspaceId;
import ai.chatflow.testing.ManualClock;
import ai.chatflow.testing.TestDatabase;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

class DeadLettersTest {
  @AutoClose private static final TestDatabase DATABASE = TestDatabase.create();

  private final Db db = DATABASE.db();
  private final WorkspaceId workspace = new WorkspaceId(UUID.randomUUID());
  private final LaneKey lane = new LaneKey("send", workspace, "channel");
  private final DeadLetters letters =
      new DeadLetters(new IdGenerator(ManualClock.atNow(), new SplittableRandom(3)));

  @Test
  void lettersAreListedByKindInPages() {
    UUID first = bury("{\"n\": 1}");
    UUID second = bury("{\"n\": 2}");

    var page = page("send", null, 1);
    var next = page("send", first, 10);

    assertThat(page).singleElement().extracting(DeadLetter::id).isEqualTo(first);
    assertThat(next).singleElement().extracting(DeadLetter::id).isEqualTo(second);
    assertThat(page("other", null, 10)).isEmpty();
  }

  @Test
  void aLetterIsTakenOnce() {
    UUID id = bury("{\"n\": 1}");

    var taken = take(workspace, id).orElseThrow();

    assertThat(taken.item()).isEqualTo("{\"n\": 1}");
    assertThat(taken.reason()).isEqualTo("refused");
    assertThat(taken.attempts()).isEqualTo(5);
    assertThat(taken.lane()).isEqualTo(lane);
    assertThat(take(workspace, id)).isEmpty();
  }

  @Test
  void anotherWorkspaceDoesNotSeeIt() {
    UUID id = bury("{}");
    var other = new WorkspaceId(UUID.randomUUID());

    assertThat(take(other, id)).isEmpty();
  }

  private UUID bury(String item) {
    return db.inTransaction(workspace, tx -> letters.bury(tx, lane, item, "refused", 5));
  }

  private List<DeadLetter> page(String kind, @Nullable UUID after, int limit) {
    return db.inTransaction(workspace, tx -> letters.page(tx, kind, after, limit));
  }

  private Optional<DeadLetter> take(WorkspaceId reader, UUID id) {
    return db.inTransaction(reader, tx -> letters.take(tx, id));
  }
}
