package ai.chatflow.platform.events;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.chatflow.api.model.FlowEventData;
import ai.chatflow.platform.db.Db;
import ai.chatflow.platform.errors.Gone;
import ai.chatflow.platform.events.EventLog.NewEvent;
import ai.chatflow.platform.events.EventStore.Stretch;
import ai.chatflow.platform.ids.FlowId;
import ai.chatflow.platform.ids.IdGenerator;
import ai.chatflow.platform.ids.WorkspaceId;
import ai.chatflow.platform.json.Json;
import ai.chatflow.platform.lanes.ManualLanes;
import ai.chatflow.platform.telemetry.Telemetry;
import ai.chatflow.testing.ManualClock;
import ai.chatflow.testing.TestDatabase;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/// Readers that are slower than the log is kept.
class LateReadersTest {
  private static final EventFilter ALL = new EventFilter(List.of(), Map.of());
  private static final EventStream.Reader READER = new EventStream.Reader(() -> true, () -> {});

  @AutoClose private static final TestDatabase DATABASE = TestDatabase.create();

  private final Db db = DATABASE.db();
  private final ManualClock clock = ManualClock.atNow();
  private final WorkspaceId workspace = new WorkspaceId(UUID.randomUUID());
  private final ManualLanes lanes = new ManualLanes(db, clock);
  private final EventFeed feed = new EventFeed();
  private final EventHub hub = new EventHub(db, feed);
  private final LiveEvents live = new LiveEvents(db, hub, new UnreadStreams(clock));
  private final EventStore store = new EventStore();
  private final EventLog log =
      new StoredEventLog(
          lanes.lanes(),
          feed,
          new Telemetry(),
          Json.plain(),
          new IdGenerator(clock, new SplittableRandom(5)),
          clock);

  LateReadersTest() {
    lanes.lanes().register(new EventPublisher(db, feed, new Telemetry()));
  }

  @Test
  void aStreamEndsWhereTheLogIsNoLongerKept() throws Exception {
    happen(500);
    var out = new ForgetfulLog(300);

    live.stream(workspace, 0L, ALL, READER, clock).write(out);

    assertThat(out.text)
        .contains("\nid: 200\n")
        .doesNotContain("\nid: 201\n", "\nid: 301\n")
        .endsWith("\n\n");
    assertThatThrownBy(() -> live.stream(workspace, 200L, ALL, READER, clock))
        .isInstanceOf(Gone.class);
  }

  @Test
  void aStreamThatIsOnlyJustInTimeGoesOn() throws Exception {
    happen(500);
    var out = new ForgetfulLog(200);

    live.stream(workspace, 0L, ALL, READER, clock).write(out);

    assertThat(out.text).contains("\nid: 200\n", "\nid: 201\n", "\nid: 500\n");
  }

  @Test
  void aCursorSaysWhereTheLogIsNoLongerKept() throws Exception {
    happen(500);
    try (var cursor = live.follow(workspace, 0L, ALL)) {
      for (long position = 1; position <= 100; position++) {
        assertThat(cursor.next().orElseThrow().position()).isEqualTo(position);
      }
      forget(300);

      assertThatThrownBy(cursor::next).isInstanceOf(Gone.class);
    }
  }

  @Test
  void aStretchGoesToTheHeadUnlessItsPageIsFull() {
    happen(10);

    assertThat(stretch(10, List.of(), 5)).isEqualTo(new Stretch(List.of(), 10));
    assertThat(stretch(0, List.of(EventType.MESSAGE_SENT), 5))
        .isEqualTo(new Stretch(List.of(), 10));
    assertThat(stretch(6, List.of(), 5).through()).isEqualTo(10);
    assertThat(stretch(2, List.of(), 5).through()).isEqualTo(7);
    assertThat(stretch(2, List.of(), 5).events())
        .extracting(StoredEvent::position)
        .containsExactly(3L, 4L, 5L, 6L, 7L);
  }

  private Stretch stretch(long after, List<EventType> types, int limit) {
    return db.inTransaction(workspace, tx -> store.stretch(tx, after, types, limit));
  }

  private void happen(int events) {
    var published =
        IntStream.range(0, events)
            .mapToObj(i -> new FlowEventData(new FlowId(new UUID(0, 1)), "flow", i))
            .map(data -> new NewEvent(EventType.FLOW_PUBLISHED, data))
            .toList();
    db.useTransaction(workspace, tx -> log.append(tx, published));
    lanes.runDue();
  }

  private void forget(int through) {
    try (var connection = DATABASE.admin().getConnection();
        var statement =
            connection.prepareStatement(
                "delete from event where workspace_id = ? and position <= ?")) {
      statement.setObject(1, workspace.value());
      statement.setLong(2, through);
      statement.execute();
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  /// A client that takes its first page so slowly that the log forgets meanwhile, and leaves with
  /// the last event.
  private final class ForgetfulLog extends OutputStream {
    private final int through;
    private String text = "";

    private ForgetfulLog(int through) {
      this.through = through;
    }

    @Override
    public void write(int octet) {
      throw new UnsupportedOperationException();
    }

    @Override
    public void write(byte[] octets, int from, int length) {
      text += new String(octets, from, length, StandardCharsets.UTF_8);
      if (text.contains("\nid: 500\n")) {
        hub.close();
      } else if (text.contains("\nid: 200\n")) {
        forget(through);
      }
    }
  }
}
