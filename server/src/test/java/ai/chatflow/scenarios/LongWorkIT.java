package ai.chatflow.scenarios;

import static ai.chatflow.scenarios.Refusals.refusal;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import ai.chatflow.platform.ids.WorkspaceId;
import ai.chatflow.sdk.ChatFlowClient;
import ai.chatflow.sdk.errors.OperationFailedException;
import ai.chatflow.sdk.model.Condition;
import ai.chatflow.sdk.model.ConditionOp;
import ai.chatflow.sdk.model.CreateApiKeyRequest;
import ai.chatflow.sdk.model.CreateWebhookEndpointRequest;
import ai.chatflow.sdk.model.Operation;
import ai.chatflow.sdk.model.OperationCompletedEvent;
import ai.chatflow.sdk.model.OperationKind;
import ai.chatflow.sdk.model.OperationStatus;
import ai.chatflow.sdk.model.ProblemCode;
import ai.chatflow.sdk.model.ReplayWebhookEndpointRequest;
import ai.chatflow.sdk.model.WebhookReplay;
import ai.chatflow.testing.EventLogFiller;
import ai.chatflow.testing.TestWorkspace;
import ai.chatflow.testing.WebhookReceiver;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// Operations as a customer has them, by replays of a long log.
class LongWorkIT {
  @RegisterExtension static final TestWorkspace WORKSPACE = new TestWorkspace();

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final int LONG = 10_500;
  private static final int ENDLESS = 150_000;

  private static final ReplayWebhookEndpointRequest EVERYTHING =
      ReplayWebhookEndpointRequest.of(Instant.EPOCH);

  @AutoClose private final WebhookReceiver receiver = new WebhookReceiver();

  @Test
  void moreThanTenThousandEventsAreReplayedAndNoneTwice() throws Exception {
    var client = client("Long", LONG);
    var request =
        CreateWebhookEndpointRequest.builder()
            .url(receiver.url("/long"))
            .eventTypes(List.of("flow.published"));
    var endpoint = client.webhookEndpoints().create(request.build()).webhookEndpoint().id();

    var answer = client.webhookEndpoints().withRawResponse().replay(endpoint, EVERYTHING);
    var begun = answer.body();
    var done = client.operations().wait(begun, w -> w.timeout(PATIENCE));

    assertThat(answer.status()).isEqualTo(202);
    assertThat(answer.headers().firstValue("Location")).contains("/v1/operations/" + begun.id());
    assertThat(begun.status()).isEqualTo(OperationStatus.PENDING);
    assertThat(begun.kind()).isEqualTo(OperationKind.WEBHOOK_ENDPOINT_REPLAY);
    assertThat(begun.resourceId()).contains(endpoint);
    assertThat(((WebhookReplay) done.result().orElseThrow()).events()).isEqualTo(LONG);
    assertThat(done.progress().done()).isEqualTo(LONG);
    assertThat(done.progress().total()).contains((long) LONG);
    assertThat(done.finishedAt()).isPresent();
    await().atMost(PATIENCE).until(() -> receiver.received().size() >= LONG);
    assertThat(receiver.received().stream().map(LongWorkIT::position))
        .containsExactlyInAnyOrderElementsOf(LongStream.rangeClosed(1, LONG).boxed().toList());
    assertThat(ends(client)).containsExactly(done);
  }

  @Test
  void itsProgressIsSeenAndItIsCancelledInTheMiddle() throws Exception {
    var client = client("Cancelled", ENDLESS);
    var endpoint = unwilling(client);
    var begun = client.webhookEndpoints().replay(endpoint, EVERYTHING);
    var first = awaitProgress(client, begun, 0);
    var second = awaitProgress(client, begun, first.progress().done());

    var cancelled = client.operations().cancel(begun.id());

    assertThat(first.status()).isEqualTo(OperationStatus.RUNNING);
    assertThat(first.progress().total()).contains((long) ENDLESS);
    assertThat(cancelled.status()).isEqualTo(OperationStatus.CANCELLED);
    assertThat(cancelled.progress().done())
        .isGreaterThanOrEqualTo(second.progress().done())
        .isLessThan(ENDLESS);
    assertThat(cancelled.result()).isEmpty();
    assertThat(ends(client)).containsExactly(cancelled);
    assertThat(client.operations().cancel(begun.id())).isEqualTo(cancelled);
    var failure =
        catchThrowableOfType(OperationFailedException.class, () -> client.operations().wait(begun));
    assertThat(failure.operation()).isEqualTo(cancelled);
  }

  @Test
  void whenWhatItWorksOnIsGoneItFailsAndSaysSo() throws Exception {
    var client = client("Gone", ENDLESS);
    var endpoint = unwilling(client);
    var answer = client.webhookEndpoints().withRawResponse().replay(endpoint, EVERYTHING);
    awaitProgress(client, answer.body(), 0);
    client.webhookEndpoints().delete(endpoint);

    var failure =
        catchThrowableOfType(
            OperationFailedException.class,
            () -> client.operations().wait(answer.body(), w -> w.timeout(PATIENCE)));

    assertThat(failure.code()).contains(ProblemCode.NOT_FOUND);
    assertThat(failure.problem().orElseThrow().requestId())
        .isEqualTo(answer.requestId().orElseThrow());
    assertThat(failure.operation().status()).isEqualTo(OperationStatus.FAILED);
    assertThat(ends(client)).containsExactly(failure.operation());
    refusal(
        409,
        ProblemCode.OPERATION_NOT_CANCELLABLE,
        () -> client.operations().cancel(answer.body().id()));
  }

  @Test
  void theyAreListedByStatusAndSeenByNobodyElse() throws Exception {
    var client = client("Listed", 1);
    var endpoint = unwilling(client);
    for (int i = 0; i < 3; i++) {
      client.operations().wait(client.webhookEndpoints().replay(endpoint, EVERYTHING));
    }
    var succeeded =
        client.operations().list(p -> p.limit(2).status(OperationStatus.SUCCEEDED)).stream()
            .map(Operation::id)
            .toList();
    var stranger = client("Stranger", 1).operations();
    var reader =
        client
            .apiKeys()
            .create(
                CreateApiKeyRequest.builder()
                    .name("Reader")
                    .scopes(List.of("operations:read"))
                    .build());
    var reading = WORKSPACE.client(reader.secret()).build().operations();

    assertThat(succeeded).hasSize(3).doesNotHaveDuplicates();
    assertThat(client.operations().list(p -> p.status(OperationStatus.FAILED)).data()).isEmpty();
    assertThat(stranger.list().data()).isEmpty();
    refusal(404, ProblemCode.NOT_FOUND, () -> stranger.get(succeeded.getFirst()));
    refusal(404, ProblemCode.NOT_FOUND, () -> stranger.wait(succeeded.getFirst()));
    refusal(404, ProblemCode.NOT_FOUND, () -> stranger.cancel(succeeded.getFirst()));
    assertThat(reading.get(succeeded.getFirst()).status()).isEqualTo(OperationStatus.SUCCEEDED);
    refusal(403, ProblemCode.PERMISSION_DENIED, () -> reading.cancel(succeeded.getFirst()));
  }

  @Test
  void theSameRequestBeginsOneOperation() throws Exception {
    var key = WORKSPACE.another("Twice").liveKey();
    var endpoint = unwilling(WORKSPACE.client(key).build());
    var replay =
        WORKSPACE
            .raw()
            .call("POST", "/v1/webhook-endpoints/" + endpoint + "/replay")
            .key(key)
            .header("Idempotency-Key", "once")
            .body("application/json", "{\"since\":\"2026-01-15T00:00:00Z\"}");

    var first = replay.send();
    var second = replay.send();

    assertThat(second.header("Idempotency-Replayed")).isEqualTo("true");
    assertThat(second.status()).isEqualTo(202);
    assertThat(second.body()).isEqualTo(first.body());
    assertThat(second.header("Location"))
        .isEqualTo(first.header("Location"))
        .isEqualTo("/v1/operations/" + first.body().path("id").asText());
  }

  private static Operation awaitProgress(ChatFlowClient client, Operation begun, long beyond) {
    return await()
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(5))
        .until(() -> client.operations().get(begun.id()), o -> o.progress().done() > beyond);
  }

  /// What the events say of the ends of operations.
  private static List<Operation> ends(ChatFlowClient client) {
    return await()
        .atMost(PATIENCE)
        .until(
            () ->
                client.events().list(p -> p.type(List.of("operation.completed"))).stream()
                    .map(event -> ((OperationCompletedEvent) event).data().operation())
                    .toList(),
            found -> !found.isEmpty());
  }

  /// An endpoint that looks at every event and wants none.
  private static String unwilling(ChatFlowClient client) {
    var none = Condition.builder().field("version").op(ConditionOp.GT).value(10_000_000).build();
    var request =
        CreateWebhookEndpointRequest.builder()
            .url("https://shop.example.com/chatflow")
            .condition(none)
            .build();
    return client.webhookEndpoints().create(request).webhookEndpoint().id();
  }

  /// Of a workspace in which so many events have happened.
  private static ChatFlowClient client(String name, int events) throws SQLException {
    var client = WORKSPACE.client(WORKSPACE.another(name).liveKey()).build();
    var workspace = WorkspaceId.fromString(client.me().workspace().id()).value();
    try (var owner = WORKSPACE.server().database().admin().getConnection()) {
      EventLogFiller.fill(owner, workspace, events);
    }
    return client;
  }

  private static long position(WebhookReceiver.Received received) {
    try {
      return JSON.readTree(received.body()).path("position").asLong();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
