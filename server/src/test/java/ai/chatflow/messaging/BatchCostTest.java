package ai.chatflow.messaging;

import static ai.chatflow.api.model.MessagePriority.CONVERSATION;
import static ai.chatflow.messaging.MessagingWorld.request;
import static org.assertj.core.api.Assertions.assertThat;

import ai.chatflow.api.model.ButtonsContent;
import ai.chatflow.api.model.Message;
import ai.chatflow.api.model.MessageStatus;
import ai.chatflow.api.model.ReplyButton;
import ai.chatflow.api.model.SandboxCapabilities;
import ai.chatflow.api.model.SandboxConfigInput;
import ai.chatflow.api.model.SendMessageRequest;
import ai.chatflow.channels.Channel;
import ai.chatflow.channels.InboundUpdate;
import ai.chatflow.platform.ids.WorkspaceId;
import ai.chatflow.testing.RowsRead;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// A batch costs what is in it, however much the workspace holds.
class BatchCostTest {
  private static final int PEOPLE = 2_000;
  private static final int BATCH = 20;

  private static MessagingWorld world;
  private static WorkspaceId workspace;
  private static Channel channel;

  /// Statements are prepared while there is next to nothing, and nobody tells the planner of the
  /// rest.
  @BeforeAll
  static void grow() {
    world = new MessagingWorld();
    for (var table :
        List.of("conversation", "contact", "contact_identity", "provider_ref", "send_queue")) {
      world.execute("alter table " + table + " set (autovacuum_enabled = false)");
    }
    workspace = world.newWorkspace();
    channel = world.newChannel(workspace);
    for (int i = 0; i < 10; i++) {
      ingest(batch("early" + i, 0));
      ingest(read("early" + i));
      send(0);
    }
    for (int i = 0; i < PEOPLE; i += BATCH) {
      ingest(batch("m", i));
      send(i);
    }
  }

  @AfterAll
  static void close() {
    world.close();
  }

  @Test
  void messagesOfPeopleWhoAreKnown() {
    assertThat(RowsRead.by(world.db(), workspace, () -> ingest(batch("again", 700))))
        .isBetween((long) BATCH, 15L * BATCH);
  }

  @Test
  void messagesOfPeopleWhoAreNew() {
    assertThat(RowsRead.by(world.db(), workspace, () -> ingest(batch("new", PEOPLE))))
        .isBetween((long) BATCH, 20L * BATCH);
  }

  @Test
  void whatBecameOfMessages() {
    assertThat(RowsRead.by(world.db(), workspace, () -> ingest(read("m"))))
        .isBetween((long) BATCH, 15L * BATCH);
  }

  @Test
  void messagesToPeople() {
    assertThat(RowsRead.by(world.db(), workspace, () -> send(700)))
        .isBetween((long) BATCH, 15L * BATCH);
  }

  /// Where buttons arrive as text, each text costs a look at what was said last.
  @Test
  void answersToWhatPeopleCouldChooseFrom() {
    var play =
        world.channels.create(
            workspace,
            "Play",
            SandboxConfigInput.builder().capabilities(SandboxCapabilities.SMS).build(),
            null,
            null);
    for (int i = 0; i < 200; i += BATCH) {
      world.sendAll(
          play, IntStream.range(i, i + BATCH).mapToObj(n -> choice(play, phone(n))).toList());
    }
    world.execute("update message set status = 'sent' where adapted is not null");

    var read =
        RowsRead.by(
            world.db(),
            workspace,
            () ->
                world.ingest(
                    play,
                    IntStream.range(100, 100 + BATCH)
                        .mapToObj(n -> world.text(phone(n), "answer" + n, "1"))
                        .toArray(InboundUpdate[]::new)));

    assertThat(read).isBetween((long) BATCH, 20L * BATCH);
    assertThat(world.count("message where content->>'type' = 'button_reply'")).isEqualTo(BATCH);
  }

  private static SendMessageRequest choice(Channel play, String phone) {
    var buttons =
        ButtonsContent.builder().text("Sure?").buttons(List.of(new ReplyButton("y", "Yes")));
    return request(play, phone, "", CONVERSATION, null).toBuilder()
        .content(buttons.build())
        .build();
  }

  /// Without an index that knows the status, a row finds room for its next version in its page, as
  /// far as that is free.
  @Test
  void statusesAreWrittenWhereTheMessageIs() {
    var sent = send(900);
    var updates =
        world
            .db()
            .inTransaction(
                workspace,
                tx -> {
                  ingest(sent.stream().map(BatchCostTest::delivered));
                  return tx.handle()
                      .createQuery(
                          """
                          select sum(n_tup_upd) as all, sum(n_tup_hot_upd) as in_place
                          from pg_stat_xact_user_tables where relname like 'message%'
                          """)
                      .mapToMap()
                      .one();
                });
    assertThat(number(updates, "all")).isEqualTo(BATCH);
    assertThat(number(updates, "in_place")).isGreaterThan(BATCH / 4);
  }

  private static InboundUpdate delivered(Message message) {
    return world.status("out" + message.id(), MessageStatus.DELIVERED, world.now(), message.id());
  }

  private static long number(Map<String, Object> row, String column) {
    return ((Number) row.get(column)).longValue();
  }

  private static List<Message> send(int first) {
    return world.sendAll(
        channel,
        IntStream.range(first, first + BATCH)
            .mapToObj(i -> request(channel, phone(i), "hello", CONVERSATION, null))
            .toList());
  }

  private static void ingest(Stream<InboundUpdate> updates) {
    world.ingest(channel, updates.toArray(InboundUpdate[]::new));
  }

  private static Stream<InboundUpdate> batch(String id, int first) {
    return IntStream.range(first, first + BATCH)
        .mapToObj(i -> world.text(phone(i), id + i, "hello"));
  }

  private static String phone(int person) {
    return "+1650%07d".formatted(person);
  }

  private static Stream<InboundUpdate> read(String id) {
    return IntStream.range(0, BATCH)
        .mapToObj(i -> world.status(id + i, MessageStatus.READ, world.now(), null));
  }
}
