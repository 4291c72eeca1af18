package ai.chatflow.channels.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import ai.chatflow.api.model.ChannelType;
import ai.chatflow.api.model.MessageErrorCode;
import ai.chatflow.api.model.MessageStatus;
import ai.chatflow.api.model.SandboxMessage.StatusEnum;
import ai.chatflow.api.model.TextContent;
import ai.chatflow.channels.Channel;
import ai.chatflow.channels.ChannelsFixture;
import ai.chatflow.channels.FakeInboundSink;
import ai.chatflow.channels.InboundUpdate.StatusIn;
import ai.chatflow.channels.OutboundMessage;
import ai.chatflow.channels.SendOutcome;
import ai.chatflow.channels.SendOutcome.Accepted;
import ai.chatflow.channels.SendOutcome.ChannelDown;
import ai.chatflow.channels.SendOutcome.Failed;
import ai.chatflow.channels.SendOutcome.Retry;
import ai.chatflow.channels.SendOutcome.Throttled;
import ai.chatflow.channels.SendOutcome.Unknown;
import ai.chatflow.platform.ids.MessageId;
import ai.chatflow.platform.lanes.LaneKey;
import ai.chatflow.platform.lanes.LaneStep;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SandboxAdapterTest {
  private final ChannelsFixture fixture = new ChannelsFixture();
  private final FakeInboundSink sink = new FakeInboundSink();
  private final List<LaneKey> woken = new ArrayList<>();
  private final SandboxAdapter adapter =
      new SandboxAdapter(
          fixture.database.db(), (_, lane, _) -> woken.add(lane), fixture.ids, fixture.clock);
  private final SandboxReceipts receipts =
      new SandboxReceipts(fixture.database.db(), sink, fixture.clock);
  private final Channel channel = fixture.sandbox();
  private final LaneKey lane = SandboxReceipts.lane(fixture.workspace, channel.id());

  @AfterEach
  void close() {
    fixture.close();
  }

  @Test
  void aMessageIsTakenOnceAndItsDeliveryReported() {
    var message = message("+16505551234");

    var first = adapter.send(channel, message);
    var second = adapter.send(channel, message);

    assertThat(first).isInstanceOf(Accepted.class).isEqualTo(second);
    assertThat(woken).containsExactly(lane);
    assertThat(receipts.earliestDue(lane)).isPresent();
    assertThat(receipts.sendDue(lane)).isEqualTo(LaneStep.MORE);
    assertThat(receipts.sendDue(lane)).isEqualTo(LaneStep.IDLE);
    assertThat(statuses()).containsExactly("delivered " + message.id());
    assertThat(status(message)).contains(StatusEnum.DELIVERED);
  }

  @Test
  void aReceiptThatWasNotStoredIsSentAgain() {
    adapter.send(channel, message("+16505551234"));
    sink.refuse(true);

    assertThat(catchThrowable(() -> receipts.sendDue(lane))).isNotNull();
    sink.refuse(false);
    receipts.sendDue(lane);

    assertThat(sink.updates()).hasSize(1);
  }

  @Test
  void overdueReceiptsAreFoundAcrossWorkspaces() {
    adapter.send(channel, message("+16505551234"));

    var found =
        fixture
            .database
            .db()
            .inSystemTransaction(tx -> receipts.overdue(tx, fixture.clock.instant(), 10));

    assertThat(found).containsExactly(lane);
  }

  @Test
  void someRecipientsNeverTakeAMessage() {
    assertFails("+16505550001", MessageErrorCode.RECIPIENT_UNREACHABLE);
    assertFails("+16505550002", MessageErrorCode.WINDOW_CLOSED);
    assertFails("+16505550007", MessageErrorCode.OPTED_OUT);
    assertThat(receipts.earliestDue(lane)).isEmpty();
  }

  @Test
  void somePairsAreTooFastTwice() {
    var message = message("+16505550003");

    assertThat(pairOnly(adapter.send(channel, message))).contains(true);
    assertThat(pairOnly(adapter.send(channel, message))).contains(true);
    assertThat(adapter.send(channel, message)).isInstanceOf(Accepted.class);
  }

  @Test
  void theProviderIsAwayOnce() {
    var message = message("+16505550004");

    assertThat(adapter.send(channel, message)).isInstanceOf(Retry.class);
    assertThat(status(message)).isEmpty();
    assertThat(adapter.send(channel, message)).isInstanceOf(Accepted.class);
    assertThat(status(message)).isPresent();
  }

  @Test
  void aLostAnswerIsSettledByTheReceipt() {
    var message = message("+16505550005");

    assertThat(adapter.send(channel, message)).isInstanceOf(Unknown.class);
    receipts.sendDue(lane);

    assertThat(statuses()).containsExactly("delivered " + message.id());
  }

  @Test
  void anUnknownOutcomeIsNeverSettled() {
    var message = message("+16505550006");

    assertThat(adapter.send(channel, message)).isInstanceOf(Unknown.class);

    assertThat(receipts.sendDue(lane)).isEqualTo(LaneStep.IDLE);
    assertThat(status(message)).contains(StatusEnum.SENT);
  }

  @Test
  void theWholeChannelIsTooFastOnce() {
    var message = message("+16505550008");

    assertThat(pairOnly(adapter.send(channel, message))).contains(false);
    assertThat(adapter.send(channel, message)).isInstanceOf(Accepted.class);
  }

  @Test
  void aChannelTakesItsHandsetWithIt() {
    var message = message("+16505551234");
    adapter.send(channel, message);

    fixture.channels().delete(fixture.workspace, channel.id(), null);

    assertThat(status(message)).isEmpty();
    assertThat(adapter.type()).isEqualTo(ChannelType.SANDBOX);
  }

  @Test
  void aChannelThatWasDeletedWhileAMessageWaitedIsDown() {
    fixture.channels().delete(fixture.workspace, channel.id(), null);

    var outcome = adapter.send(channel, message("+16505551234"));

    assertThat(outcome)
        .isInstanceOfSatisfying(
            ChannelDown.class,
            down -> assertThat(down.error().detail()).isEqualTo("The channel was deleted."));
    assertThat(woken).isEmpty();
  }

  private void assertFails(String recipient, MessageErrorCode code) {
    var outcome = adapter.send(channel, message(recipient));
    assertThat(outcome).isInstanceOf(Failed.class);
    if (outcome instanceof Failed(var error)) {
      assertThat(error.code()).isEqualTo(code);
      assertThat(error.retryable()).isFalse();
    }
  }

  private OutboundMessage message(String recipient) {
    var content = TextContent.builder().text("Hola").build();
    return new OutboundMessage(new MessageId(fixture.ids.next()), recipient, content, null, null);
  }

  private List<String> statuses() {
    return sink.updates().stream()
        .map(StatusIn.class::cast)
        .peek(status -> assertThat(status.status()).isEqualTo(MessageStatus.DELIVERED))
        .map(status -> status.status() + " " + status.ourId())
        .toList();
  }

  private Optional<StatusEnum> status(OutboundMessage message) {
    return fixture
        .database
        .db()
        .inTransaction(
            fixture.workspace,
            tx -> new SandboxStore().find(tx, channel.id(), message.id()).map(Delivery::status));
  }

  private static Optional<Boolean> pairOnly(SendOutcome outcome) {
    return outcome instanceof Throttled(_, _, boolean pairOnly)
        ? Optional.of(pairOnly)
        : Optional.empty();
  }
}
