package ai.chatflow.messaging;

import static org.assertj.core.api.Assertions.assertThat;

import ai.chatflow.api.model.Message;
import ai.chatflow.api.model.MessageStatus;
import ai.chatflow.api.model.TextContent;
import ai.chatflow.channels.Channel;
import ai.chatflow.channels.InboundUpdate;
import ai.chatflow.channels.InboundUpdate.EditIn;
import ai.chatflow.channels.InboundUpdate.RevokeIn;
import ai.chatflow.channels.SendOutcome;
import ai.chatflow.platform.ids.MessageId;
import ai.chatflow.platform.ids.WorkspaceId;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// Whatever order a provider's updates come in, and however often, one message row is left, and it
/// says the same. All orders of small sets, through the whole of ingest and the send lane.
class ConvergenceTest {
  private static MessagingWorld world;
  private static WorkspaceId workspace;
  private static Channel channel;
  private static int people;

  @BeforeAll
  static void open() {
    world = new MessagingWorld();
    workspace = world.newWorkspace();
    channel = world.newChannel(workspace, 80);
  }

  @AfterAll
  static void close() {
    world.close();
  }

  /// What can happen around a send of ours.
  private enum Happening {
    RESULT,
    SENT,
    DELIVERED_WITHOUT_OUR_ID,
    READ,
    ECHO
  }

  @Test
  void statusesAndEchoesAroundASendOfOursEndInOneStateOneByOne() {
    assertConverges(Happening.values(), true, 1, 1);
  }

  @Test
  void statusesAndEchoesAroundASendOfOursEndInOneStateInBatchesWithDuplicates() {
    assertConverges(Happening.values(), true, 99, 2);
  }

  @Test
  void aSendWhoseAnswerWasLostIsSettledByWhateverNamesOurId() {
    assertConverges(Happening.values(), false, 2, 2);
  }

  private void assertConverges(Happening[] happenings, boolean answered, int batch, int copies) {
    Map<String, @Nullable Object> expected = null;
    for (var order : permutations(List.of(happenings))) {
      var state = after(order, answered, batch, copies);
      if (expected == null) {
        expected = state;
      }
      assertThat(state).as("%s, answered %s, batch %d", order, answered, batch).isEqualTo(expected);
    }
  }

  private Map<String, @Nullable Object> after(
      List<Happening> order, boolean answered, int batch, int copies) {
    world.clock.advance(Duration.ofSeconds(1));
    var start = world.now();
    var phone = nextPhone();
    world.writes(channel, phone, "wamid.in." + phone);
    var split = order.indexOf(Happening.RESULT);
    var message = world.send(channel, phone, "ours");
    var wamid = "wamid.out." + phone;
    world.provider.answers(
        out -> {
          tell(order.subList(0, split), phone, wamid, out.id(), start, batch, copies);
          return answered ? new SendOutcome.Accepted(wamid) : new SendOutcome.Unknown("lost");
        });
    int calls = world.provider.sent().size();
    world.lanes.runDue();
    tell(order.subList(split + 1, order.size()), phone, wamid, message.id(), start, batch, copies);
    world.lanes.runDue();

    assertThat(world.provider.sent()).as("%s", order).hasSize(calls + 1);
    assertThat(world.count("send_queue")).as("%s", order).isZero();
    assertThat(world.count("scheduled_send")).as("%s", order).isZero();
    return onlyMessage(message, start);
  }

  private void tell(
      List<Happening> happenings,
      String phone,
      String wamid,
      MessageId ours,
      Instant start,
      int batch,
      int copies) {
    var updates = new ArrayList<InboundUpdate>();
    for (int copy = 0; copy < copies; copy++) {
      happenings.forEach(h -> updates.add(update(h, phone, wamid, ours, start)));
    }
    for (int i = 0; i < updates.size(); i += batch) {
      var part = updates.subList(i, Math.min(i + batch, updates.size()));
      world.ingest(channel, part.toArray(InboundUpdate[]::new));
    }
  }

  private InboundUpdate update(
      Happening happening, String phone, String wamid, MessageId ours, Instant start) {
    return switch (happening) {
      case SENT -> world.status(wamid, MessageStatus.SENT, start.minusSeconds(3), ours);
      case DELIVERED_WITHOUT_OUR_ID ->
          world.status(wamid, MessageStatus.DELIVERED, start.plusSeconds(2), null);
      case READ -> world.status(wamid, MessageStatus.READ, start.plusSeconds(3), ours);
      case ECHO -> world.echo(phone, wamid, "ours");
      case RESULT -> throw new AssertionError("the lane does that");
    };
  }

  @Test
  void aReceivedMessageItsEditsAndItsRevocationEndInOneState() {
    Map<String, @Nullable Object> expected = null;
    for (var order : permutations(List.of(0, 1, 2, 3, 4))) {
      world.clock.advance(Duration.ofSeconds(1));
      var start = world.now();
      var phone = nextPhone();
      var wamid = "wamid.in." + phone;
      var updates =
          List.<InboundUpdate>of(
              world.text(phone, wamid, "first"),
              world.text(phone, wamid, "first"),
              new EditIn(wamid, start.plusSeconds(1), content("second")),
              new EditIn(wamid, start.plusSeconds(2), content("third")),
              new RevokeIn(wamid, start.plusSeconds(3)));
      order.forEach(i -> world.ingest(channel, updates.get(i)));

      var state = onlyMessage("provider_id = '" + wamid + "'", start);
      if (expected == null) {
        expected = state;
      }
      assertThat(state).as("%s", order).isEqualTo(expected);
    }
    assertThat(String.valueOf(Objects.requireNonNull(expected).get("content"))).contains("third");
  }

  @Test
  void anEchoOfAnotherApplicationAndItsStatusesEndInOneState() {
    Map<String, @Nullable Object> expected = null;
    for (var order : permutations(List.of(0, 1, 2, 3, 4))) {
      world.clock.advance(Duration.ofSeconds(1));
      var start = world.now();
      var phone = nextPhone();
      var wamid = "wamid.echo." + phone;
      var updates =
          List.<InboundUpdate>of(
              world.echo(phone, wamid, "theirs"),
              world.echo(phone, wamid, "theirs"),
              world.status(wamid, MessageStatus.SENT, start, null),
              world.status(wamid, MessageStatus.DELIVERED, start.plusSeconds(1), null),
              world.status(wamid, MessageStatus.READ, start.plusSeconds(2), null));
      order.forEach(i -> world.ingest(channel, updates.get(i)));

      var state = onlyMessage("provider_id = '" + wamid + "'", start);
      if (expected == null) {
        expected = state;
      }
      assertThat(state).as("%s", order).isEqualTo(expected);
    }
  }

  @Test
  void oneProviderIdOnTwoChannelsIsTwoMessages() {
    var other = world.newChannel(workspace);
    var phone = nextPhone();

    world.ingest(channel, world.text(phone, "wamid.same", "to one"));
    world.ingest(other, world.text(phone, "wamid.same", "to the other"));
    world.ingest(channel, world.text(phone, "wamid.same", "to one"));

    assertThat(world.count("message where provider_id = 'wamid.same'")).isEqualTo(2);
    assertThat(world.count("contact_identity where value = ?", phone)).isOne();
  }

  private static TextContent content(String text) {
    return TextContent.builder().text(text).build();
  }

  private static String nextPhone() {
    return "+4917000" + (10_000 + people++);
  }

  /// The only outbound message of a conversation, without what differs from run to run; times since
  /// `start`.
  private static Map<String, @Nullable Object> onlyMessage(Message message, Instant start) {
    var conversation = message.conversationId().value();
    return onlyMessage(
        "direction = 'outbound' and conversation_id = '" + conversation + "'", start);
  }

  private static Map<String, @Nullable Object> onlyMessage(String where, Instant start) {
    var rows = world.rows("select * from message where " + where);
    assertThat(rows).hasSize(1);
    var row = new LinkedHashMap<>(rows.getFirst());
    Stream.of("id", "conversation_id", "contact_id", "provider_id", "updated_at")
        .forEach(row::remove);
    var comparable = new TreeMap<String, @Nullable Object>();
    row.forEach(
        (column, value) ->
            comparable.put(
                column,
                value instanceof Timestamp at
                    ? Duration.between(start, at.toInstant())
                    : value == null ? null : value.toString()));
    return comparable;
  }

  private static <T> List<List<T>> permutations(List<T> items) {
    if (items.isEmpty()) {
      return List.of(List.of());
    }
    var all = new ArrayList<List<T>>();
    for (int i = 0; i < items.size(); i++) {
      var rest = new ArrayList<>(items);
      var first = rest.remove(i);
      for (var tail : permutations(rest)) {
        var order = new ArrayList<T>();
        order.add(first);
        order.addAll(tail);
        all.add(order);
      }
    }
    return all;
  }
}
