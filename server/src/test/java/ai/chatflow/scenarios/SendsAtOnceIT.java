package ai.chatflow.scenarios;

import static ai.chatflow.scenarios.Refusals.refusal;
import static org.assertj.core.api.Assertions.assertThat;

import ai.chatflow.sdk.ChatFlowClient;
import ai.chatflow.sdk.RequestOptions;
import ai.chatflow.sdk.errors.ApiException;
import ai.chatflow.sdk.model.Message;
import ai.chatflow.sdk.model.MessageStatus;
import ai.chatflow.sdk.model.ProblemCode;
import ai.chatflow.sdk.model.SendMessageRequest;
import ai.chatflow.testing.AtOnce;
import ai.chatflow.testing.Inhabited;
import ai.chatflow.testing.TestWorkspace;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// Single sends share commits, and none is to notice: each has its own verdict and its own key.
class SendsAtOnceIT {
  @RegisterExtension static final TestWorkspace WORKSPACE = new TestWorkspace();

  private static ChatFlowClient client;
  private static String channel;

  @BeforeAll
  static void connect() {
    client = WORKSPACE.client();
    channel = Inhabited.sandbox(client, "At once");
  }

  @Test
  void aRepeatedSendIsAnsweredAsItWasAndSendsNothing() {
    var options = RequestOptions.idempotencyKey("send-once");
    var request = Inhabited.text(channel, "+16505557000", "Once").build();

    var first = client.messages().withRawResponse().send(request, options);
    Inhabited.awaitStatus(client, first.body().id(), MessageStatus.DELIVERED);
    var second = client.messages().withRawResponse().send(request, options);

    assertThat(first.idempotencyReplayed()).isFalse();
    assertThat(second.idempotencyReplayed()).isTrue();
    assertThat(second.status()).isEqualTo(first.status()).isEqualTo(202);
    assertThat(second.headers().firstValue("Content-Type"))
        .isEqualTo(first.headers().firstValue("Content-Type"));
    assertThat(second.body()).isEqualTo(first.body());
    assertThat(sentTo("+16505557000")).hasSize(1);
  }

  @Test
  void aKeyIsForOneBodyAndRemembersARefusal() {
    var sent = RequestOptions.idempotencyKey("send-body");
    client.messages().send(Inhabited.text(channel, "+16505557001", "First").build(), sent);
    refusal(
        422,
        ProblemCode.IDEMPOTENCY_KEY_REUSED,
        () ->
            client
                .messages()
                .send(Inhabited.text(channel, "+16505557001", "Second").build(), sent));

    var refused = RequestOptions.idempotencyKey("send-refused");
    var first = refusal(422, ProblemCode.VALIDATION_FAILED, () -> quote("+16505557002", refused));
    var second = refusal(422, ProblemCode.VALIDATION_FAILED, () -> quote("+16505557002", refused));

    assertThat(first.headers().firstValue("Idempotency-Replayed")).isEmpty();
    assertThat(second.headers().firstValue("Idempotency-Replayed")).contains("true");
    assertThat(second.problem().orElseThrow().requestId())
        .isEqualTo(first.problem().orElseThrow().requestId());
  }

  @Test
  void whatIsRefusedLeavesNothingBehindAndCostsItsNeighboursNothing() throws Exception {
    var calls = new ArrayList<Callable<Integer>>();
    for (int i = 0; i < 30; i++) {
      var good = "+165055571" + (10 + i);
      var bad = "+165055572" + (10 + i);
      calls.add(() -> status(() -> client.messages().send(text(good))));
      calls.add(() -> status(() -> quote(bad, RequestOptions.none())));
    }

    var statuses = AtOnce.call(calls);

    assertThat(statuses).filteredOn(s -> s == 202).hasSize(30);
    assertThat(statuses).filteredOn(s -> s == 422).hasSize(30);
    var contacts = client.contacts().list(p -> p.limit(100)).stream().toList();
    assertThat(contacts)
        .extracting(c -> c.phone().orElse(""))
        .noneMatch(p -> p.startsWith("+165055572"));
    assertThat(contacts).filteredOn(c -> c.phone().orElse("").startsWith("+165055571")).hasSize(30);
  }

  @Test
  void ofTwinsAtTheSameTimeOneIsSent() throws Exception {
    var calls = new ArrayList<Callable<Integer>>();
    for (int i = 0; i < 60; i++) {
      var key = RequestOptions.idempotencyKey("twin-" + i % 6);
      var request = Inhabited.text(channel, "+1650555730" + i % 6, "Twin").build();
      calls.add(() -> status(() -> client.messages().send(request, key)));
    }

    var statuses = AtOnce.call(calls);

    assertThat(statuses).containsOnly(202, 409).filteredOn(s -> s == 202).hasSizeGreaterThan(5);
    IntStream.range(0, 6).forEach(i -> assertThat(sentTo("+1650555730" + i)).hasSize(1));
  }

  private static SendMessageRequest text(String phone) {
    return Inhabited.text(channel, phone, "Good").build();
  }

  /// Quotes a message that nobody knows, which is found out after the contact was looked for.
  private static Message quote(String phone, RequestOptions options) {
    return client
        .messages()
        .send(
            Inhabited.text(channel, phone, "Bad")
                .replyToMessageId("msg_00000000000000000000000000")
                .build(),
            options);
  }

  private static List<?> sentTo(String phone) {
    var contact = client.contacts().list(p -> p.phone(phone)).stream().findFirst().orElseThrow();
    return client.messages().list(p -> p.contactId(contact.id())).stream().toList();
  }

  private static int status(Callable<Message> call) throws Exception {
    try {
      call.call();
      return 202;
    } catch (ApiException refused) {
      return refused.status();
    }
  }
}
