package ai.chatflow.scenarios;

import static ai.chatflow.scenarios.Refusals.pointers;
import static ai.chatflow.scenarios.Refusals.refusal;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ai.chatflow.sdk.ChatFlowClient;
import ai.chatflow.sdk.model.Conversation;
import ai.chatflow.sdk.model.CreateSandboxReceiptRequest;
import ai.chatflow.sdk.model.CreateSandboxReceiptRequestStatus;
import ai.chatflow.sdk.model.MarkMessageReadRequest;
import ai.chatflow.sdk.model.Message;
import ai.chatflow.sdk.model.MessageDirection;
import ai.chatflow.sdk.model.MessageErrorCode;
import ai.chatflow.sdk.model.MessageRecipient;
import ai.chatflow.sdk.model.MessageStatus;
import ai.chatflow.sdk.model.ProblemCode;
import ai.chatflow.sdk.model.SandboxMessage;
import ai.chatflow.sdk.model.SendMessageBatchRequest;
import ai.chatflow.sdk.model.SendMessageRequest;
import ai.chatflow.sdk.model.SendMessageResult;
import ai.chatflow.sdk.model.TextContent;
import ai.chatflow.testing.Inhabited;
import ai.chatflow.testing.TestWorkspace;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// Messages on the sandbox, where a simulated handset stands at the other end.
class MessagesIT {
  @RegisterExtension static final TestWorkspace WORKSPACE = new TestWorkspace();

  private static ChatFlowClient client;
  private static String channel;

  @BeforeAll
  static void connect() {
    client = WORKSPACE.client();
    channel = Inhabited.sandbox(client, "Handset");
  }

  @Test
  void aMessageReachesTheHandsetAndClimbsToRead() {
    var phone = "+16505554000";
    var request =
        Inhabited.text(channel, phone, "Your order is on its way.")
            .metadata(Map.of("order", "4711"))
            .build();

    var accepted = client.messages().send(request);
    Inhabited.awaitStatus(client, accepted.id(), MessageStatus.DELIVERED);
    awaitNote(accepted.id());
    client
        .sandbox()
        .createReceipt(
            channel,
            CreateSandboxReceiptRequest.builder()
                .messageId(accepted.id())
                .status(CreateSandboxReceiptRequestStatus.READ)
                .build());
    var read = Inhabited.awaitStatus(client, accepted.id(), MessageStatus.READ);

    assertThat(accepted.status()).isEqualTo(MessageStatus.QUEUED);
    assertThat(read.metadata()).containsEntry("order", "4711");
    assertThat(read.sentAt()).isPresent();
    assertThat(read.deliveredAt()).isPresent();
    assertThat(read.readAt()).isPresent();
    var received = client.sandbox().listMessages(channel, p -> p.to(phone)).data();
    assertThat(received)
        .extracting(SandboxMessage::messageId, m -> ((TextContent) m.content()).text())
        .containsExactly(
            org.assertj.core.groups.Tuple.tuple(accepted.id(), "Your order is on its way."));
  }

  @Test
  void whatAPersonWritesMakesAContactAConversationAndAnUnreadMessage() {
    var inbound = Inhabited.write(client, channel, "+16505554001", "Is it blue?");
    var conversation = client.conversations().get(inbound.conversationId());

    assertThat(inbound.status()).isEqualTo(MessageStatus.RECEIVED);
    assertThat(conversation.unreadCount()).isEqualTo(1);
    assertThat(conversation.contactId()).isEqualTo(inbound.contactId());
    assertThat(client.contacts().get(inbound.contactId().orElseThrow()).phone())
        .contains("+16505554001");

    client.messages().markRead(inbound.id(), MarkMessageReadRequest.builder().typing(true).build());

    assertThat(client.conversations().get(conversation.id()).unreadCount()).isZero();
    var outbound = client.messages().send(to("+16505554001", "Yes."));
    refusal(
        409,
        ProblemCode.CONFLICT,
        () -> client.messages().markRead(outbound.id(), MarkMessageReadRequest.builder().build()));
    assertThat(
            client.conversations().list(p -> p.channelId(channel).limit(100)).stream()
                .map(Conversation::id))
        .contains(conversation.id());
  }

  @Test
  void oneBadMessageOfABatchCostsItsNeighboursNothing() {
    var lost =
        SendMessageRequest.builder()
            .channelId(channel)
            .to(MessageRecipient.builder().externalId("nobody").build())
            .content(TextContent.builder().text("Lost").build())
            .build();

    var results =
        client
            .messages()
            .sendBatch(
                SendMessageBatchRequest.builder()
                    .messages(
                        List.of(to("+16505554002", "First"), lost, to("+16505554003", "Third")))
                    .build())
            .results();

    assertThat(results).extracting(SendMessageResult::status).containsExactly(202, 422, 202);
    var problem = results.get(1).problem().orElseThrow();
    assertThat(problem.code()).isEqualTo(ProblemCode.VALIDATION_FAILED);
    for (var good : List.of(results.getFirst(), results.getLast())) {
      Inhabited.awaitStatus(client, good.message().orElseThrow().id(), MessageStatus.DELIVERED);
    }
  }

  @Test
  void aScheduledMessageWaitsAndIsCancelledOnce() {
    var later = WORKSPACE.server().now().plus(1, ChronoUnit.HOURS);
    var request = Inhabited.text(channel, "+16505554004", "Later").scheduledAt(later).build();

    var scheduled = client.messages().send(request);
    var cancelled = client.messages().cancel(scheduled.id());
    var again = client.messages().cancel(scheduled.id());

    assertThat(scheduled.status()).isEqualTo(MessageStatus.SCHEDULED);
    assertThat(scheduled.scheduledAt()).contains(later);
    assertThat(cancelled.status()).isEqualTo(MessageStatus.CANCELLED);
    assertThat(again).isEqualTo(cancelled);
    assertThat(client.sandbox().listMessages(channel, p -> p.to("+16505554004")).data()).isEmpty();
  }

  @Test
  void aMessageThatIsScheduledForSoonIsSentThen() {
    var soon = WORKSPACE.server().now().plusMillis(1_500);
    var request = Inhabited.text(channel, "+16505554005", "Soon").scheduledAt(soon).build();

    var scheduled = client.messages().send(request);
    var sent = awaitNote(scheduled.id());

    assertThat(scheduled.status()).isEqualTo(MessageStatus.SCHEDULED);
    assertThat(sent.sentAt().orElseThrow()).isAfterOrEqualTo(soon.minusMillis(50));
  }

  @Test
  void whatWasSentIsNeitherCancelledNorSentAgain() {
    var sent = client.messages().send(to("+16505554006", "Gone"));
    Inhabited.awaitStatus(client, sent.id(), MessageStatus.DELIVERED);

    refusal(409, ProblemCode.MESSAGE_NOT_CANCELLABLE, () -> client.messages().cancel(sent.id()));
    refusal(409, ProblemCode.MESSAGE_NOT_RESENDABLE, () -> client.messages().resend(sent.id()));
  }

  @Test
  void aMessageOfUnknownOutcomeIsSentAgainOnlyWhenAsked() {
    var phone = "+16505550006";
    var lost = client.messages().send(to(phone, "Hello?"));
    WORKSPACE.awaitUnknown(client, lost.id());
    var attempts = client.sandbox().listMessages(channel, p -> p.to(phone)).data().size();

    var resent = client.messages().resend(lost.id());

    assertThat(attempts).isEqualTo(1);
    assertThat(resent.id()).isEqualTo(lost.id());
    assertThat(resent.status()).isEqualTo(MessageStatus.QUEUED);
  }

  @Test
  void aFailureHasItsReason() {
    var sent = client.messages().send(to("+16505550001", "Anyone?"));

    var failed = Inhabited.awaitStatus(client, sent.id(), MessageStatus.FAILED);

    assertThat(failed.failedAt()).isPresent();
    assertThat(failed.error().orElseThrow().code())
        .isEqualTo(MessageErrorCode.RECIPIENT_UNREACHABLE);
    assertThat(failed.error().orElseThrow().providerCode()).contains("131026");
  }

  @Test
  void aPassingFailureIsRetriedUntilItPasses() {
    var sent = client.messages().send(to("+16505550004", "Knock knock"));

    var delivered = Inhabited.awaitStatus(client, sent.id(), MessageStatus.DELIVERED);

    assertThat(delivered.error()).isEmpty();
  }

  @Test
  void messagesAreFilteredByWhatTheyBelongToAndByState() {
    var inbound = Inhabited.write(client, channel, "+16505554007", "Filter me");
    var sent = client.messages().send(to("+16505554007", "Filtered"));
    Inhabited.awaitStatus(client, sent.id(), MessageStatus.DELIVERED);
    var messages = client.messages();
    var contact = inbound.contactId().orElseThrow();

    assertThat(ids(messages.list(p -> p.contactId(contact)).data()))
        .containsExactly(sent.id(), inbound.id());
    assertThat(ids(messages.list(p -> p.conversationId(inbound.conversationId())).data()))
        .containsExactly(sent.id(), inbound.id());
    assertThat(
            ids(
                messages
                    .list(p -> p.contactId(contact).direction(MessageDirection.INBOUND))
                    .data()))
        .containsExactly(inbound.id());
    assertThat(ids(messages.list(p -> p.contactId(contact).status(MessageStatus.DELIVERED)).data()))
        .containsExactly(sent.id());
    var elsewhere = Inhabited.sandbox(client, "Elsewhere");
    assertThat(messages.list(p -> p.channelId(elsewhere)).data()).isEmpty();
  }

  @Test
  void whatCannotBeSentIsRefusedWithItsPlace() {
    var unknownChannel =
        to("+16505554008", "x").toBuilder().channelId("chn_01kavk5e4sf2xr2bq6d8n1c7pm").build();
    var twoRecipients =
        to("+16505554008", "x").toBuilder()
            .to(MessageRecipient.builder().phone("+16505554008").externalId("y").build())
            .build();
    var tooLong = to("+16505554008", "x".repeat(5_000));

    var missing =
        refusal(422, ProblemCode.VALIDATION_FAILED, () -> client.messages().send(unknownChannel));
    var both =
        refusal(422, ProblemCode.VALIDATION_FAILED, () -> client.messages().send(twoRecipients));
    var longText =
        refusal(422, ProblemCode.CONTENT_NOT_SUPPORTED, () -> client.messages().send(tooLong));

    assertThat(pointers(missing)).containsExactly("/channel_id");
    assertThat(pointers(both)).containsExactly("/to");
    assertThat(pointers(longText)).containsExactly("/content/text");
  }

  @Test
  void aHandsetThatNeverReadsSaysSo() {
    var sent = client.messages().send(to("+16505550009", "Read me"));
    Inhabited.awaitStatus(client, sent.id(), MessageStatus.DELIVERED);
    var receipt =
        CreateSandboxReceiptRequest.builder()
            .messageId(sent.id())
            .status(CreateSandboxReceiptRequestStatus.READ)
            .build();

    refusal(409, ProblemCode.CONFLICT, () -> client.sandbox().createReceipt(channel, receipt));
  }

  @Test
  void messagesToManyPeopleAllArriveOnce() {
    var batch =
        java.util.stream.IntStream.range(0, 60)
            .mapToObj(i -> to("+1650556%04d".formatted(i + 10), "Number " + i))
            .toList();
    var quick = Inhabited.sandbox(client, "Quick");
    var requests = batch.stream().map(r -> r.toBuilder().channelId(quick).build()).toList();

    client.messages().sendBatch(SendMessageBatchRequest.builder().messages(requests).build());

    await()
        .atMost(Duration.ofSeconds(20))
        .pollInterval(Duration.ofMillis(100))
        .untilAsserted(
            () ->
                assertThat(
                        client.sandbox().listMessages(quick, p -> p.limit(100)).stream()
                            .map(SandboxMessage::to))
                    .hasSize(60)
                    .doesNotHaveDuplicates());
  }

  /// Waits for our own note that a message was sent: the report of its delivery may be quicker.
  private static Message awaitNote(String message) {
    return await("sent_at")
        .atMost(Duration.ofSeconds(20))
        .until(() -> client.messages().get(message), m -> m.sentAt().isPresent());
  }

  private static SendMessageRequest to(String phone, String text) {
    return Inhabited.text(channel, phone, text).build();
  }

  private static List<String> ids(List<Message> messages) {
    return messages.stream().map(Message::id).toList();
  }
}
