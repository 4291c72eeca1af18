package ai.chatflow.messaging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.chatflow.api.model.ChannelStatus;
import ai.chatflow.api.model.Message;
import ai.chatflow.api.model.MessageError;
import ai.chatflow.api.model.MessageErrorCode;
import ai.chatflow.api.model.MessagePriority;
import ai.chatflow.api.model.MessageStatus;
import ai.chatflow.api.model.SandboxConfigInput;
import ai.chatflow.api.model.TextContent;
import ai.chatflow.channels.Channel;
import ai.chatflow.channels.OutboundMessage;
import ai.chatflow.channels.SendOutcome;
import ai.chatflow.platform.errors.Conflict;
import ai.chatflow.platform.ids.WorkspaceId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// The way out, step by step, with a provider that answers as it is told.
class SendLaneTest {
  private static final String ANN = "+491700000001";
  private static final MessageError ERROR =
      new MessageError(MessageErrorCode.PROVIDER_ERROR, "no", "1", false);
  private static final Function<OutboundMessage, SendOutcome> ACCEPTS =
      message -> new SendOutcome.Accepted("wamid." + message.id());

  private final MessagingWorld world = new MessagingWorld();
  private WorkspaceId workspace;
  private Channel channel;

  @BeforeEach
  void annHasWritten() {
    workspace = world.newWorkspace();
    channel = world.newChannel(workspace);
    world.writes(channel, ANN, "wamid.ann");
    world.lanes.runDue();
  }

  @AfterEach
  void close() {
    world.close();
  }

  @Test
  void sendingIsCommittedBeforeTheCall() {
    var states = new ArrayList<Object>();
    world.provider.answers(
        message -> {
          states.add(world.rows("select state from send_queue").getFirst().get("state"));
          return ACCEPTS.apply(message);
        });

    var message = world.send(channel, ANN, "hello");
    world.lanes.runDue();

    assertThat(states).containsExactly("sending");
    assertThat(world.read(message))
        .returns(MessageStatus.SENT, Message::status)
        .returns("wamid." + message.id(), Message::providerMessageId);
    assertThat(world.count("send_queue")).isZero();
  }

  @Test
  void aNodeThatMayNotStartACallSendsNothingAndPutsTheMessageBack() {
    var message = world.send(channel, ANN, "hello");
    var once = new AtomicInteger();
    world.beforeSend =
        _ -> {
          if (once.getAndIncrement() == 0) {
            world.clock.advance(Duration.ofSeconds(8));
          }
        };

    world.lanes.runDue();

    assertThat(world.provider.sent()).isEmpty();
    assertThat(world.read(message).status()).isEqualTo(MessageStatus.QUEUED);
    assertThat(world.count("scheduled_send") + world.count("send_queue")).isOne();

    world.pass(Duration.ofSeconds(2));

    assertThat(world.provider.sent()).hasSize(1);
    assertThat(world.read(message).status()).isEqualTo(MessageStatus.SENT);
  }

  @Test
  void whatADeadNodeWasSendingIsSettledByItsEchoAndNeverSentAgain() {
    var message = world.send(channel, ANN, "hello");
    var heir = heirOf(world, message);

    heir.pass(Duration.ofMillis(500));
    assertThat(heir.rows("select state from send_queue").getFirst())
        .containsEntry("state", "unknown");
    assertThat(heir.read(message).status()).isEqualTo(MessageStatus.QUEUED);
    heir.ingest(channel, heir.status("wamid.x", MessageStatus.DELIVERED, heir.now(), message.id()));
    heir.pass(Duration.ofSeconds(70));

    assertThat(heir.provider.sent()).isEmpty();
    assertThat(heir.read(message))
        .returns(MessageStatus.DELIVERED, Message::status)
        .returns("wamid.x", Message::providerMessageId);
    assertThat(heir.count("send_queue")).isZero();
  }

  @Test
  void withoutAnEchoItBecomesUnknownAfterTheGraceAndIsSentAgainOnlyOnRequest() {
    var message = world.send(channel, ANN, "hello");
    var heir = heirOf(world, message);

    heir.pass(Duration.ofSeconds(58));
    assertThat(heir.read(message).status()).isEqualTo(MessageStatus.QUEUED);
    heir.pass(Duration.ofSeconds(4));
    assertThat(heir.read(message).status()).isEqualTo(MessageStatus.UNKNOWN);
    assertThat(heir.provider.sent()).isEmpty();
    assertThat(
            heir.count("event where type = 'message.unknown'")
                + heir.count("event_queue where type = 'message.unknown'"))
        .isOne();

    heir.messaging.messages().resend(workspace, message.id());
    heir.pass(Duration.ofMillis(500));

    assertThat(heir.provider.sent()).hasSize(1);
    assertThat(heir.read(message).status()).isEqualTo(MessageStatus.SENT);
    assertThatThrownBy(() -> heir.messaging.messages().resend(workspace, message.id()))
        .isInstanceOf(Conflict.class);
  }

  @Test
  void aLateResultOfANodeThatLostItsLaneDoesNotUndoWhatItsHeirDid() {
    var message = world.send(channel, ANN, "hello");
    var heir = new MessagingWorld(world);
    world.provider.answers(
        _ -> {
          // the first node stands still in its call until its heir has sent the message anew
          heir.lanes.beat();
          heir.clock.advance(Duration.ofSeconds(11));
          heir.pass(Duration.ofSeconds(62));
          assertThat(heir.read(message).status()).isEqualTo(MessageStatus.UNKNOWN);
          heir.messaging.messages().resend(workspace, message.id());
          heir.pass(Duration.ofMillis(500));
          return new SendOutcome.Throttled(ERROR, null, false);
        });

    world.lanes.beat();
    world.lanes.poll();
    world.lanes.runOne();
    heir.pass(Duration.ofSeconds(2));

    assertThat(heir.provider.sent()).hasSize(1);
    assertThat(heir.read(message).status()).isEqualTo(MessageStatus.SENT);
    assertThat(heir.count("send_queue")).isZero();
  }

  /// A second node after the first died in the call for `message`.
  private MessagingWorld heirOf(MessagingWorld dead, Message message) {
    var heir = new MessagingWorld(dead);
    dead.provider.answers(
        _ -> {
          throw new Death();
        });
    dead.beforeSend = _ -> {};
    dead.lanes.beat();
    dead.lanes.poll();
    dead.execute(
        "create function refuse() returns trigger language plpgsql as"
            + " $$ begin raise 'dead'; end $$");
    dead.execute(
        "create trigger dying before update or delete on send_queue for each row"
            + " when (old.state = 'sending') execute function refuse()");
    dead.lanes.runOne();
    dead.execute("drop function refuse cascade");
    assertThat(dead.provider.sent()).extracting(OutboundMessage::id).containsExactly(message.id());
    heir.lanes.beat();
    heir.clock.advance(Duration.ofSeconds(11));
    return heir;
  }

  /// The end of a node in the middle of a call.
  private static final class Death extends RuntimeException {
    private static final long serialVersionUID = 1;
  }

  @Test
  void aResultThatCouldNotBeWrittenIsSettledEvenIfTheLaneStaysHere() {
    var message = world.send(channel, ANN, "hello");
    world.execute(
        "create function refuse() returns trigger language plpgsql as"
            + " $$ begin raise 'a bug'; end $$");
    world.execute(
        "create trigger failing before insert on provider_ref for each row"
            + " execute function refuse()");
    world.lanes.runDue();
    world.execute("drop function refuse cascade");

    world.pass(Duration.ofSeconds(65));

    assertThat(world.provider.sent()).hasSize(1);
    assertThat(world.read(message).status()).isEqualTo(MessageStatus.UNKNOWN);
  }

  @Test
  void aThrottleCostsNoAttemptAndLowersTheRate() {
    world.provider.answers(new SendOutcome.Throttled(ERROR, Duration.ofSeconds(2), false), ACCEPTS);
    var message = world.send(channel, ANN, "hello");

    world.lanes.runDue();
    assertThat(world.rows("select state, attempts from send_queue").getFirst())
        .containsEntry("state", "queued")
        .containsEntry("attempts", 0);
    world.pass(Duration.ofMillis(1_900));
    assertThat(world.provider.sent()).hasSize(1);
    world.pass(Duration.ofMillis(200));

    assertThat(world.read(message).status()).isEqualTo(MessageStatus.SENT);
  }

  @Test
  void aThrottledPairHoldsBackOnlyThatPerson() {
    var bob = "+491700000002";
    world.writes(channel, bob, "wamid.bob");
    var first = new AtomicInteger();
    world.provider.answers(
        message ->
            message.address().equals(ANN) && first.getAndIncrement() == 0
                ? new SendOutcome.Throttled(ERROR, Duration.ofSeconds(5), true)
                : ACCEPTS.apply(message));
    var toAnn = world.send(channel, ANN, "hello");
    var toBob = world.send(channel, bob, "hello");

    world.pass(Duration.ofSeconds(1));
    assertThat(world.read(toAnn).status()).isEqualTo(MessageStatus.QUEUED);
    assertThat(world.read(toBob).status()).isEqualTo(MessageStatus.SENT);
    world.pass(Duration.ofSeconds(5));

    assertThat(world.read(toAnn).status()).isEqualTo(MessageStatus.SENT);
  }

  @Test
  void onePersonGetsABurstAndThenOneMessageInSixSeconds() {
    var requests = new ArrayList<ai.chatflow.api.model.SendMessageRequest>();
    for (int i = 0; i < 50; i++) {
      requests.add(
          MessagingWorld.request(channel, ANN, "n" + i, MessagePriority.CONVERSATION, null));
    }
    world.sendAll(channel, requests);

    world.pass(Duration.ofSeconds(2));
    int burst = world.provider.sent().size();
    world.pass(Duration.ofSeconds(12));

    assertThat(burst).isEqualTo(45);
    assertThat(world.provider.sent().size() - burst).isBetween(2, 3);
  }

  @Test
  void aPersonsAnswerDoesNotWaitBehindACampaign() {
    channel = world.newChannel(workspace, 20);
    var requests = new ArrayList<ai.chatflow.api.model.SendMessageRequest>();
    for (int i = 0; i < 200; i++) {
      var phone = "+4917100" + (10_000 + i);
      world.writes(channel, phone, "wamid.c" + i);
      requests.add(MessagingWorld.request(channel, phone, "offer", MessagePriority.CAMPAIGN, null));
    }
    world.writes(channel, ANN, "wamid.ann2");
    world.sendAll(channel, requests);
    world.pass(Duration.ofSeconds(1));

    world.send(channel, ANN, "answer");
    world.pass(Duration.ofMillis(200));

    var texts =
        world.provider.sent().stream().map(m -> ((TextContent) m.content()).text()).toList();
    assertThat(texts).contains("answer");
    assertThat(texts.indexOf("answer")).isLessThanOrEqualTo(30);
    assertThat(texts).hasSizeBetween(15, 30);
  }

  @Test
  void aPassingFaultIsRetriedByTheScheduleAndThenFails() {
    world.provider.answers(_ -> new SendOutcome.Retry(ERROR, null));
    var message = world.send(channel, ANN, "hello");

    world.lanes.runDue();
    assertThat(world.rows("select attempts from scheduled_send").getFirst())
        .containsEntry("attempts", 1);
    for (int i = 0; i < 40; i++) {
      world.clock.advance(Duration.ofMinutes(1));
      world.lanes.runDue();
    }

    assertThat(world.provider.sent()).hasSize(8);
    assertThat(world.read(message))
        .returns(MessageStatus.FAILED, Message::status)
        .returns(ERROR, Message::error);
    assertThat(world.count("send_queue") + world.count("scheduled_send")).isZero();
  }

  @Test
  void aRetryIsNotSentWhenTheProviderTurnsOutToHaveTakenIt() {
    world.provider.answers(new SendOutcome.Retry(ERROR, Duration.ofSeconds(5)), ACCEPTS);
    var message = world.send(channel, ANN, "hello");
    world.lanes.runDue();

    world.ingest(
        channel, world.status("wamid.y", MessageStatus.DELIVERED, world.now(), message.id()));
    world.pass(Duration.ofSeconds(8));

    assertThat(world.provider.sent()).hasSize(1);
    assertThat(world.read(message))
        .returns(MessageStatus.DELIVERED, Message::status)
        .returns("wamid.y", Message::providerMessageId);
    assertThat(world.count("send_queue") + world.count("scheduled_send")).isZero();
  }

  @Test
  void aProviderThatShutsUsOutStopsTheChannelAndKeepsTheMessages() {
    world.provider.answers(_ -> new SendOutcome.ChannelDown(ERROR));
    var message = world.send(channel, ANN, "hello");

    world.pass(Duration.ofSeconds(5));

    assertThat(world.provider.sent()).hasSize(1);
    assertThat(world.channels.get(workspace, channel.id()))
        .returns(ChannelStatus.DISCONNECTED, Channel::status)
        .returns(ERROR, Channel::problem);
    assertThat(world.read(message).status()).isEqualTo(MessageStatus.QUEUED);
    assertThat(world.count("send_queue where state = 'queued'")).isOne();
  }

  @Test
  void aWindowThatClosedBeforeSendingFailsTheMessage() {
    var message =
        world.send(
            channel,
            ANN,
            "late",
            MessagePriority.CONVERSATION,
            world.now().plus(Duration.ofHours(25)));

    world.clock.advance(Duration.ofHours(26));
    world.lanes.runDue();

    assertThat(world.provider.sent()).isEmpty();
    assertThat(world.read(message).status()).isEqualTo(MessageStatus.FAILED);
    assertThat(world.read(message).error())
        .extracting(MessageError::code)
        .isEqualTo(MessageErrorCode.WINDOW_CLOSED);
  }

  @Test
  void resultsAreWrittenAlthoughTheDatabaseWasAwayForAMoment() {
    var cuts = new AtomicInteger();
    world.provider.answers(
        message -> {
          world.execute(
              "select pg_terminate_backend(pid) from pg_stat_activity"
                  + " where datname = current_database() and pid <> pg_backend_pid()");
          cuts.incrementAndGet();
          return ACCEPTS.apply(message);
        });
    var message = world.send(channel, ANN, "hello");

    world.lanes.runDue();
    world.pass(Duration.ofSeconds(1));

    assertThat(cuts.get()).isOne();
    assertThat(world.read(message).status()).isEqualTo(MessageStatus.SENT);
  }

  @Test
  void aChannelDeletedBetweenClaimAndSendFailsTheMessage() {
    var sandbox =
        world.channels.create(workspace, "Play", SandboxConfigInput.builder().build(), null, null);
    var once = new AtomicInteger();
    world.beforeSend =
        _ -> {
          if (once.getAndIncrement() == 0) {
            world.channels.delete(workspace, sandbox.id(), null);
          }
        };
    var message = world.send(sandbox, ANN, "too late");

    world.lanes.runDue();
    world.pass(Duration.ofSeconds(1));

    assertThat(world.read(message).status()).isEqualTo(MessageStatus.FAILED);
    assertThat(Objects.requireNonNull(world.read(message).error()).detail())
        .isEqualTo("The channel was deleted.");
    assertThat(world.count("send_queue")).isZero();
  }

  @Test
  void whatWaitsOnADeletedChannelFailsAndItsLaneComesToRest() {
    world.provider.answers(new SendOutcome.Unknown("lost"), ACCEPTS);
    var unknown = world.send(channel, ANN, "unknown");
    world.lanes.runDue();
    var queued = world.send(channel, ANN, "queued");
    var scheduled =
        world.send(
            channel, ANN, "later", MessagePriority.CONVERSATION, world.now().plusSeconds(3_600));
    var received = world.rows("select id from message where direction = 'inbound'").getFirst();
    world
        .messaging
        .messages()
        .markRead(
            workspace,
            new ai.chatflow.platform.ids.MessageId((java.util.UUID) received.get("id")),
            false);

    world.channels.delete(workspace, channel.id(), null);
    world.lanes.runDue();
    world.pass(Duration.ofSeconds(1));
    world.clock.advance(Duration.ofSeconds(70));
    world.lanes.runDue();
    world.lanes.sweep();
    world.lanes.runDue();

    assertThat(List.of(queued, scheduled))
        .extracting(m -> world.read(m).status())
        .containsOnly(MessageStatus.FAILED);
    assertThat(world.read(unknown).status()).isEqualTo(MessageStatus.UNKNOWN);
    for (var table : List.of("send_queue", "scheduled_send", "receipt_queue")) {
      assertThat(world.count(table)).as(table).isZero();
    }
    assertThat(world.provider.sent()).hasSize(1);
  }
}
