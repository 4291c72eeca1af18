package ai.chatflow.platform.events;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.chatflow.api.model.FlowEventData;
import ai.chatflow.platform.context.Principal;
import ai.chatflow.platform.context.RequestContext;
import ai.chatflow.platform.db.Db;
import ai.chatflow.platform.db.WorkspaceTx;
import ai.chatflow.platform.events.EventLog.NewEvent;
import ai.chatflow.platform.http.Contract;
import ai.chatflow.platform.ids.ApiKeyId;
import ai.chatflow.platform.ids.FlowId;
import ai.chatflow.platform.ids.IdGenerator;
import ai.chatflow.platform.ids.WorkspaceId;
import ai.chatflow.platform.lanes.ManualLanes;
import ai.chatflow.platform.telemetry.Telemetry;
import ai.chatflow.testing.ManualClock;
import ai.chatflow.testing.RowsRead;
import ai.chatflow.testing.Seeds;
import ai.chatflow.testing.TestDatabase;
import ai.chatflow.testing.contract.ContractDocument;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

class EventsTest {
  private static final int AGGREGATES = 8;
  private static final int CHANGES = 150;

  @AutoClose private static final TestDatabase DATABASE = TestDatabase.create();

  private final Db db = DATABASE.db();
  private final ManualClock clock = ManualClock.atNow();
  private final WorkspaceId workspace = new WorkspaceId(UUID.randomUUID());
  private final ObjectMapper json = new ObjectMapper();
  private final ManualLanes lanes = new ManualLanes(db, clock);
  private final EventStore store = new EventStore();
  private final EventLog log =
      new StoredEventLog(
          lanes.lanes(),
          new EventFeed(),
          new Telemetry(),
          json,
          new IdGenerator(clock, new SplittableRandom(5)),
          clock);

  EventsTest() {
    lanes.lanes().register(new EventPublisher(db, new EventFeed(), new Telemetry()));
  }

  @Test
  void anAppendedEventIsPublishedWithItsDataAsRendered() throws Exception {
    var data = new FlowEventData(flow(1), "Welcome", 3);
    db.useTransaction(workspace, tx -> log.append(tx, EventType.FLOW_PUBLISHED, data));

    lanes.runDue();

    var event = page(0).getFirst();
    assertThat(event.position()).isEqualTo(1);
    assertThat(event.type()).isEqualTo("flow.published");
    assertThat(json.readTree(event.data())).isEqualTo(json.valueToTree(data));
  }

  @Test
  void whereNobodyIsBeforeItAnEventIsPublishedWithItsTransaction() {
    publishOnce();

    db.useTransaction(
        workspace,
        tx -> {
          append(tx, 1, 2);
          append(tx, 1, 3);
          assertThat(store.page(tx, 0, List.of(), 10)).as("before the end").hasSize(1);
        });

    assertThat(versions()).containsExactly(1, 2, 3);
    assertThat(queued()).isZero();
  }

  /// The planner takes an origin that all rows have for one that is soon found.
  @Test
  void whatWaitsInOtherWorkspacesIsNotReadForIt() throws SQLException {
    publishOnce();
    admin(
        """
        insert into event_queue (workspace_id, origin, id, type, data)
        select '00000000-0000-0000-0000-00000000000f', 'direct', gen_random_uuid(), 'a.b', '{}'
        from generate_series(1, 20000)
        """);
    admin("analyze event_queue");
    long before = readFromEndToEnd();

    db.useTransaction(
        workspace,
        tx -> {
          append(tx, 1, 2);
          tx.handle().execute("select pg_stat_force_next_flush()");
        });

    assertThat(readFromEndToEnd() - before).isZero();
    assertThat(versions()).containsExactly(1, 2);
    admin("delete from event_queue where type = 'a.b'");
  }

  @Test
  void whatIsQueuedKeepsLaterEventsOfItsOriginBehindIt() throws SQLException {
    publishOnce();
    try (var _ = holdingTheHead()) {
      db.useTransaction(workspace, tx -> append(tx, 1, 2));
      assertThat(queued()).as("the head is not waited for").isOne();
    }
    clock.advance(Duration.ofSeconds(1));
    db.useTransaction(workspace, tx -> append(tx, 1, 3));
    assertThat(queued()).as("one of its origin is before it").isEqualTo(2);

    lanes.runDue();

    assertThat(versions()).containsExactly(1, 2, 3);
  }

  @Test
  void afterAVainTryEventsAreLeftToThePublisherForAMoment() throws SQLException {
    publishOnce();
    try (var _ = holdingTheHead()) {
      db.useTransaction(workspace, tx -> append(tx, 1, 2));
    }
    lanes.runDue();

    db.useTransaction(workspace, tx -> append(tx, 1, 3));
    assertThat(queued()).isOne();
    lanes.runDue();
    clock.advance(Duration.ofSeconds(1));
    db.useTransaction(workspace, tx -> append(tx, 1, 4));

    assertThat(queued()).isZero();
    assertThat(versions()).containsExactly(1, 2, 3, 4);
  }

  @Test
  void whatMayComeInFloodsIsAlwaysQueuedAndHoldsUpNothingElse() {
    publishOnce();

    var flood = List.of(new NewEvent(EventType.FLOW_PUBLISHED, event(2, 9), "campaign"));
    db.useTransaction(workspace, tx -> log.append(tx, flood));
    db.useTransaction(workspace, tx -> append(tx, 1, 2));

    assertThat(versions()).containsExactly(1, 2);
    lanes.runDue();
    assertThat(versions()).containsExactly(1, 2, 9);
  }

  /// The first event of a workspace is queued: it has no head yet.
  private void publishOnce() {
    db.useTransaction(workspace, tx -> append(tx, 1, 1));
    lanes.runDue();
    clock.advance(Duration.ofSeconds(1));
  }

  private Connection holdingTheHead() throws SQLException {
    var connection = DATABASE.admin().getConnection();
    connection.setAutoCommit(false);
    try (var lock = connection.createStatement()) {
      lock.execute(
          "select from event_head where workspace_id = '" + workspace.value() + "' for update");
    }
    return connection;
  }

  private static void admin(String sql) throws SQLException {
    try (var connection = DATABASE.admin().getConnection();
        var statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private static long readFromEndToEnd() throws SQLException {
    try (var connection = DATABASE.admin().getConnection();
        var rows =
            connection
                .createStatement()
                .executeQuery(
                    "select seq_scan from pg_stat_user_tables where relname = 'event_queue'")) {
      rows.next();
      return rows.getLong(1);
    }
  }

  private List<Integer> versions() {
    return page(0).stream().map(this::data).map(FlowEventData::version).toList();
  }

  private long queued() {
    return db.inTransaction(
        workspace,
        tx ->
            tx.handle()
                .createQuery("select count(*) from event_queue where workspace_id = :workspace")
                .bind("workspace", workspace)
                .mapTo(Long.class)
                .one());
  }

  @Test
  void positionsAreConsecutiveAfterRollbacks() {
    for (int i = 1; i <= 6; i++) {
      int version = i;
      if (i % 2 == 0) {
        assertThatThrownBy(
                () ->
                    db.useTransaction(
                        workspace,
                        tx -> {
                          append(tx, 1, version);
                          throw new IllegalArgumentException("roll back");
                        }))
            .isInstanceOf(IllegalArgumentException.class);
      } else {
        db.useTransaction(workspace, tx -> append(tx, 1, version));
        lanes.runDue();
      }
    }

    assertThat(page(0)).extracting(StoredEvent::position).containsExactly(1L, 2L, 3L);
    long head = db.inTransaction(workspace, store::head);
    assertThat(head).isEqualTo(3);
  }

  @Test
  void positionsAreConsecutiveAndOrderedPerAggregateUnderTwoPublishers() throws Exception {
    long seed = Seeds.next("EventsTest");
    var appending = new AtomicBoolean(true);
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var publishers = new ArrayList<Future<?>>();
      for (int i = 0; i < 2; i++) {
        publishers.add(threads.submit(() -> publishWhile(appending)));
      }
      var appenders = new ArrayList<Future<?>>();
      for (int i = 0; i < AGGREGATES; i++) {
        int aggregate = i;
        appenders.add(
            threads.submit(() -> change(aggregate, new SplittableRandom(seed + aggregate))));
      }
      for (Future<?> appender : appenders) {
        appender.get();
      }
      appending.set(false);
      for (Future<?> publisher : publishers) {
        publisher.get();
      }
    }
    while (new EventPublisher(db, new EventFeed(), new Telemetry()).publishRound(workspace) > 0) {}

    var events = allPages();
    assertThat(events)
        .extracting(StoredEvent::position)
        .containsExactlyElementsOf(LongStream.rangeClosed(1, events.size()).boxed().toList());
    assertThat(events).hasSizeGreaterThan(AGGREGATES * CHANGES / 2);
    for (int i = 0; i < AGGREGATES; i++) {
      FlowId aggregate = flow(i);
      assertThat(events.stream().map(this::data).filter(data -> data.flowId().equals(aggregate)))
          .extracting(FlowEventData::version)
          .isSorted();
    }
  }

  @Test
  void aFloodOfOneOriginDoesNotDelayAnother() {
    var flood =
        IntStream.range(0, 3_000)
            .mapToObj(i -> new NewEvent(EventType.FLOW_PUBLISHED, event(1, i), "campaign"))
            .toList();
    db.useTransaction(workspace, tx -> log.append(tx, flood));
    db.useTransaction(workspace, tx -> append(tx, 2, 0));

    new EventPublisher(db, new EventFeed(), new Telemetry(), 100).publishRound(workspace);

    assertThat(page(0).stream().map(this::data).map(FlowEventData::flowId)).contains(flow(2));
    assertThat(page(0)).hasSize(101);
    lanes.runDue();
    assertThat(allPages()).hasSize(3_001);
    assertThat(allPages().stream().map(this::data).filter(d -> d.flowId().equals(flow(1))))
        .extracting(FlowEventData::version)
        .isSorted();
  }

  @Test
  void aRoundReadsWhatItMovesHoweverMuchIsQueued() {
    var publisher = new EventPublisher(db, new EventFeed(), new Telemetry(), 100);
    for (int i = 0; i < 10; i++) {
      db.useTransaction(workspace, tx -> append(tx, 1, 0));
      publisher.publishRound(workspace);
    }
    var backlog =
        IntStream.range(0, 5_000)
            .mapToObj(i -> new NewEvent(EventType.FLOW_PUBLISHED, event(1, i), "campaign"))
            .toList();
    db.useTransaction(workspace, tx -> log.append(tx, backlog));

    assertThat(RowsRead.by(db, workspace, () -> publisher.publishRound(workspace)))
        .isBetween(100L, 1_000L);
  }

  @Test
  void aPageHoldsTheTypesThatWereAskedForAndStopsAtItsLimit() {
    db.useTransaction(
        workspace,
        tx -> {
          append(tx, 1, 1);
          append(tx, 1, 2);
        });
    lanes.runDue();

    assertThat(page(0, List.of(EventType.MESSAGE_RECEIVED), 10)).isEmpty();
    assertThat(page(0, List.of(), 1)).hasSize(1);
    assertThat(page(1, List.of(EventType.FLOW_PUBLISHED), 10))
        .extracting(StoredEvent::position)
        .containsExactly(2L);
  }

  @Test
  void whatANewerNodeWroteIsShownAsItIs() throws Exception {
    var sql =
        "insert into event_queue (workspace_id, origin, id, type, data) values (?, '', ?, ?,"
            + " cast(? as json))";
    var news = "{\"flow_id\":\"x\",\"of_tomorrow\":1.50}";
    db.useTransaction(workspace, tx -> append(tx, 1, 1));
    db.useTransaction(
        workspace,
        tx -> {
          tx.handle().execute(sql, workspace.value(), new UUID(1, 1), "flow.published", news);
          tx.handle().execute(sql, workspace.value(), new UUID(1, 2), "moon.risen", news);
        });
    db.useTransaction(workspace, tx -> append(tx, 1, 2));
    lanes.runDue();

    var principal = new Principal(new ApiKeyId(new UUID(0, 1)), workspace, true, Set.of("*"));
    var page =
        new RequestContext("r", "/v1/events", principal)
            .call(
                () ->
                    new EventResource(
                            db,
                            new EventCatalogue(Contract.load()),
                            new LiveEvents(
                                db, new EventHub(db, new EventFeed()), new UnreadStreams(clock)),
                            clock)
                        .listEvents(100, null, null));

    var shown = json.readTree(json.writeValueAsString(page.data()));
    assertThat(shown.findValuesAsText("type"))
        .containsExactly("flow.published", "flow.published", "moon.risen", "flow.published");
    assertThat(shown.get(2).path("position").asInt()).isEqualTo(3);
    assertThat(shown.get(2).path("data").toString())
        .isEqualTo("{\"flow_id\":\"x\",\"of_tomorrow\":1.5}");
    assertThat(page.nextCursor()).isEqualTo("4");
  }

  @Test
  void anotherWorkspaceSeesNothing() {
    db.useTransaction(workspace, tx -> append(tx, 1, 1));
    lanes.runDue();
    var other = new WorkspaceId(UUID.randomUUID());

    List<StoredEvent> seen = db.inTransaction(other, tx -> store.page(tx, 0, List.of(), 10));

    assertThat(seen).isEmpty();
  }

  @Test
  void dataOfAnotherTypeThanTheContractNamesIsRefused() {
    assertThatThrownBy(
            () ->
                db.useTransaction(
                    workspace, tx -> log.append(tx, EventType.MESSAGE_SENT, event(1, 1))))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void theTypesAreThoseOfTheContract() {
    var contract = ContractDocument.get().at("/components/schemas/Event/discriminator/mapping");

    assertThat(Arrays.stream(EventType.values()).map(EventType::wireName))
        .containsExactlyInAnyOrderElementsOf(contract::fieldNames);
  }

  private void change(int aggregate, SplittableRandom random) {
    for (int i = 0; i < CHANGES; i++) {
      int version = i;
      boolean rollBack = random.nextInt(5) == 0;
      // so that each tries for the head, whoever has tried in vain
      clock.advance(Duration.ofSeconds(1));
      try {
        db.useTransaction(
            workspace,
            tx -> {
              tx.handle().execute("select pg_advisory_xact_lock(?)", aggregate);
              append(tx, aggregate, version);
              if (rollBack) {
                throw new IllegalArgumentException("roll back");
              }
            });
      } catch (IllegalArgumentException e) {
        assertThat(rollBack).isTrue();
      }
    }
  }

  private void publishWhile(AtomicBoolean appending) {
    var publisher = new EventPublisher(db, new EventFeed(), new Telemetry(), 7);
    while (appending.get()) {
      publisher.publishRound(workspace);
    }
  }

  private void append(WorkspaceTx tx, int aggregate, int version) {
    log.append(tx, EventType.FLOW_PUBLISHED, event(aggregate, version));
  }

  private static FlowEventData event(int aggregate, int version) {
    return new FlowEventData(flow(aggregate), "flow", version);
  }

  private static FlowId flow(int number) {
    return new FlowId(new UUID(0, number));
  }

  private FlowEventData data(StoredEvent event) {
    try {
      return json.readValue(event.data(), FlowEventData.class);
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  private List<StoredEvent> page(long after) {
    return page(after, List.of(), 1000);
  }

  private List<StoredEvent> page(long after, List<EventType> types, int limit) {
    return db.inTransaction(workspace, tx -> store.page(tx, after, types, limit));
  }

  private List<StoredEvent> allPages() {
    var all = new ArrayList<StoredEvent>();
    for (var page = page(0); !page.isEmpty(); page = page(all.getLast().position())) {
      all.addAll(page);
    }
    return all;
  }
}
