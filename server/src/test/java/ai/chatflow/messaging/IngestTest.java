package ai.chatflow.messaging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import ai.chatflow.api.model.ContactIdentity;
import ai.chatflow.api.model.ContactIdentityKind;
import ai.chatflow.api.model.TextContent;
import ai.chatflow.channels.Channel;
import ai.chatflow.channels.InboundUpdate;
import ai.chatflow.channels.InboundUpdate.MessageIn;
import ai.chatflow.channels.InboundUpdate.Origin;
import ai.chatflow.channels.Party;
import ai.chatflow.platform.errors.Unavailable;
import ai.chatflow.platform.ids.WorkspaceId;
import ai.chatflow.testing.Seeds;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Group commit under fire: many callers, two nodes, updates that cannot be stored.
class IngestTest {
  private static MessagingWorld world;
  private WorkspaceId workspace;
  private Channel channel;

  @BeforeAll
  static void open() {
    world = new MessagingWorld();
  }

  @AfterAll
  static void close() {
    world.close();
  }

  @BeforeEach
  void anotherWorkspace() {
    workspace = world.newWorkspace();
    channel = world.newChannel(workspace);
  }

  @Test
  void manyCallersOnTwoNodesWithTheSamePeopleStoreEachMessageOnce() throws Exception {
    long seed = Seeds.next("IngestTest.manyCallers");
    var second = new MessagingWorld(world);
    int messages = 240;
    var ingests = List.of(world.ingest, second.ingest);

    inParallel(
        8,
        caller -> {
          var random = new Random(seed + caller);
          var numbers = new ArrayList<Integer>();
          for (int i = 0; i < messages; i++) {
            numbers.add(i);
          }
          Collections.shuffle(numbers, random);
          for (int i = 0; i < messages; i += 6) {
            var some = numbers.subList(i, i + 6).stream().map(this::greeting).toList();
            ingests.get(caller % 2).accept(List.of(MessagingWorld.updates(channel, some)));
          }
        });

    assertThat(ofWorkspace("message")).as("seed %d", seed).isEqualTo(messages);
    assertThat(ofWorkspace("inbound_queue")).as("seed %d", seed).isEqualTo(messages);
    assertThat(ofWorkspace("contact")).as("seed %d", seed).isEqualTo(7);
    assertThat(ofWorkspace("conversation")).as("seed %d", seed).isEqualTo(7);
    assertThat(ofWorkspace("dead_letter")).as("seed %d", seed).isZero();
    assertThat(
            world
                .rows(
                    "select sum(unread_count) as n from conversation where workspace_id = ?",
                    workspace.value())
                .getFirst()
                .get("n"))
        .isEqualTo((long) messages);
  }

  @Test
  void whatTheListenerDoesNotWantIsStoredAndNotQueued() {
    world.unwanted = c -> c.content().equals(TextContent.builder().text("no").build());

    world.ingest(
        channel,
        world.text("+491510000101", "wamid.no", "no"),
        world.text("+491510000102", "wamid.yes", "yes"));

    assertThat(ofWorkspace("message")).isEqualTo(2);
    assertThat(ofWorkspace("inbound_queue")).isEqualTo(1);
  }

  @Test
  void whatFollowsAMessageThatStillWaitsIsQueuedTooBecauseThatOneMayChangeWhatIsWanted() {
    world.unwanted = c -> c.content().equals(TextContent.builder().text("no").build());

    world.ingest(
        channel,
        world.text("+491510000101", "wamid.yes", "yes"),
        world.text("+491510000101", "wamid.no.1", "no"));
    world.ingest(channel, world.text("+491510000101", "wamid.no.2", "no"));
    assertThat(ofWorkspace("inbound_queue")).isEqualTo(3);

    world.lanes.runDue();
    assertThat(world.heard.stream().filter(w -> w.conversation().channel().equals(channel.id())))
        .hasSize(3);
    world.ingest(channel, world.text("+491510000101", "wamid.no.3", "no"));
    assertThat(ofWorkspace("inbound_queue")).isZero();
  }

  /// Message i of seven people who are known by a number, an id or both.
  private InboundUpdate greeting(int i) {
    int person = i % 7;
    var phone = new ContactIdentity(ContactIdentityKind.PHONE, "+4915100000" + person);
    var user = new ContactIdentity(ContactIdentityKind.WHATSAPP_USER_ID, "DE." + person);
    var identities = i % 3 == 0 ? List.of(phone) : List.of(phone, user);
    return new MessageIn(
        "wamid.par." + i,
        world.now(),
        new Party(identities, "Person " + person),
        Origin.CONTACT,
        TextContent.builder().text("hello " + i).build(),
        null,
        null,
        null,
        null);
  }

  @Test
  void twoNodesThatMeetAPersonAtOnceLeaveNoIdentityWithoutItsContact() throws Exception {
    var second = new MessagingWorld(world);
    var ingests = List.of(world.ingest, second.ingest);
    for (int round = 0; round < 40; round++) {
      var phone = new ContactIdentity(ContactIdentityKind.PHONE, "+49152" + (1_000_000 + round));
      var user = new ContactIdentity(ContactIdentityKind.WHATSAPP_USER_ID, "DE.R" + round);
      var known = List.of(List.of(phone), List.of(phone, user));
      int number = round;
      inParallel(
          2,
          caller ->
              ingests
                  .get(caller)
                  .accept(
                      List.of(
                          MessagingWorld.updates(
                              channel,
                              List.of(
                                  new MessageIn(
                                      "wamid.meet." + number + "." + caller,
                                      world.now(),
                                      new Party(known.get(caller), "Ann"),
                                      Origin.CONTACT,
                                      TextContent.builder().text("hi").build(),
                                      null,
                                      null,
                                      null,
                                      null))))));
    }

    assertThat(
            world.rows(
                """
                select i.kind, i.value from contact_identity i
                where i.workspace_id = ? and not exists (
                  select 1 from contact c
                  where c.workspace_id = i.workspace_id and c.id = i.contact_id)
                """,
                workspace.value()))
        .isEmpty();
    assertThat(ofWorkspace("message")).isEqualTo(80);
    assertThat(ofWorkspace("contact")).isEqualTo(40);
  }

  @Test
  void anUpdateThatCannotBeStoredCostsOnlyItselfAndIsKept() {
    var updates = new ArrayList<InboundUpdate>();
    for (int i = 0; i < 20; i++) {
      updates.add(world.text("+4915200000" + i, "wamid.row." + i, i == 13 ? "bad \0 row" : "good"));
    }

    world.ingest(channel, updates.toArray(InboundUpdate[]::new));

    assertThat(ofWorkspace("message")).isEqualTo(19);
    var letters =
        world.rows(
            "select kind, item::text as item, reason from dead_letter where workspace_id = ?",
            workspace.value());
    assertThat(letters).hasSize(1);
    assertThat(letters.getFirst()).containsEntry("kind", "ingest");
    assertThat(String.valueOf(letters.getFirst().get("item"))).contains("wamid.row.13");
    assertThat(String.valueOf(letters.getFirst().get("reason"))).doesNotContain("bad");
  }

  @Test
  void noCallerReturnsBeforeItsOwnCommit() throws Exception {
    inParallel(
        6,
        caller -> {
          for (int i = 0; i < 25; i++) {
            var wamid = "wamid.commit." + caller + "." + i;
            world.ingest(channel, world.text("+49153000000" + caller, wamid, "hello"));
            assertThat(world.count("message where provider_id = ?", wamid)).as(wamid).isOne();
          }
        });
  }

  @Test
  void aBatchThatRollsBackFallsBackToSingles() throws Exception {
    List<Future<?>> callers = new ArrayList<>();
    try (var threads = Executors.newCachedThreadPool();
        var blocker = world.database.admin().getConnection()) {
      blocker.setAutoCommit(false);
      blocker.createStatement().execute("lock table provider_ref in exclusive mode");
      callers.add(threads.submit(() -> say("wamid.first", "hello")));
      await().until(() -> waiting() == 1);
      for (int i = 0; i < 10; i++) {
        var text = i == 4 ? "bad \0 row" : "hello";
        var wamid = "wamid.later." + i;
        callers.add(threads.submit(() -> say(wamid, text)));
      }
      blocker.rollback();
      for (var caller : callers) {
        caller.get();
      }
    }

    assertThat(ofWorkspace("message")).isEqualTo(10);
    assertThat(ofWorkspace("dead_letter")).isOne();
  }

  @Test
  void aCallerIsToldWhenTheDatabaseWasTooBusyAndCanComeAgain() throws SQLException {
    try (var blocker = world.database.admin().getConnection()) {
      blocker.setAutoCommit(false);
      blocker.createStatement().execute("lock table provider_ref in exclusive mode");
      assertThatThrownBy(() -> say("wamid.busy", "hello")).isInstanceOf(Unavailable.class);
      blocker.rollback();
    }
    assertThat(ofWorkspace("message")).isZero();

    say("wamid.busy", "hello");

    assertThat(ofWorkspace("message")).isOne();
    assertThat(ofWorkspace("dead_letter")).isZero();
  }

  private void say(String wamid, String text) {
    world.ingest(channel, world.text("+491540000001", wamid, text));
  }

  private static long waiting() {
    return world.count(
        "pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()");
  }

  private long ofWorkspace(String table) {
    return world.count(table + " where workspace_id = ?", workspace.value());
  }

  private interface Caller {
    void run(int number) throws Exception;
  }

  private static void inParallel(int callers, Caller work)
      throws InterruptedException, ExecutionException {
    var start = new CountDownLatch(1);
    try (var threads = Executors.newFixedThreadPool(callers)) {
      var running = new ArrayList<Future<?>>();
      for (int i = 0; i < callers; i++) {
        int number = i;
        running.add(
            threads.submit(
                () -> {
                  start.await();
                  work.run(number);
                  return null;
                }));
      }
      start.countDown();
      for (var caller : running) {
        caller.get();
      }
    }
  }
}
