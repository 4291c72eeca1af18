package ai.chatflow.sdk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import ai.chatflow.sdk.core.RetryPolicy;
import ai.chatflow.sdk.errors.NotFoundException;
import ai.chatflow.sdk.errors.OperationFailedException;
import ai.chatflow.sdk.errors.TimeoutException;
import ai.chatflow.sdk.model.Operation;
import ai.chatflow.sdk.model.OperationKind;
import ai.chatflow.sdk.model.OperationResult;
import ai.chatflow.sdk.model.OperationStatus;
import ai.chatflow.sdk.model.ProblemCode;
import ai.chatflow.sdk.model.WebhookReplay;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class OperationWaitTest {
  private static final String ID = "opr_01kavk5e4sf2xr2bq6d8n1c7pm";
  private static final String REPLAYED = "{\"object\": \"webhook_replay\", \"events\": 12000}";

  private final FakeServer server = new FakeServer();
  private final List<Duration> slept = new ArrayList<>();
  private final ManualTimer timer = new ManualTimer();
  private Instant now = Instant.parse("2026-01-15T09:30:00Z");
  private final ChatFlowClient client =
      ChatFlowClient.builder()
          .environment(FakeServer.environment(server))
          .retries(new RetryPolicy(() -> now, () -> 1.0), this::sleep)
          .timer(timer)
          .build();

  private void sleep(Duration delay) {
    slept.add(delay);
    now = now.plus(delay);
  }

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void theFinishedOneIsReturned() {
    server.answer(200, pending()).answer(200, running(4)).answer(200, succeeded());

    Operation operation = client.operations().wait(ID);

    assertThat(operation.kind()).isEqualTo(OperationKind.WEBHOOK_ENDPOINT_REPLAY);
    assertThat(operation.result())
        .get()
        .isInstanceOfSatisfying(
            WebhookReplay.class, replay -> assertThat(replay.events()).isEqualTo(12_000));
    assertThat(slept).containsExactly(Duration.ofMillis(250), Duration.ofMillis(500));
    assertThat(server.requests())
        .extracting(request -> request.method() + " " + request.uri())
        .containsOnly("GET /v1/operations/" + ID);
  }

  @Test
  void theFirstAnswerOfLongWorkCanBeWaitedFor() {
    server.answer(200, pending()).answer(200, succeeded());
    Operation begun = client.operations().get(ID);

    assertThat(client.operations().wait(begun).status()).isEqualTo(OperationStatus.SUCCEEDED);
  }

  @Test
  void pausesGrowToFiveSecondsAndAreAtLeastWhatTheServerAsksFor() {
    server
        .answer(200, pending(), "Retry-After", "7")
        .answer(200, running(1))
        .answer(200, running(2), "Retry-After", "1")
        .answer(200, running(3))
        .answer(200, running(4))
        .answer(200, running(5))
        .answer(200, succeeded());

    client.operations().wait(ID, wait -> wait.interval(Duration.ofSeconds(1)));

    assertThat(slept).extracting(Duration::toSeconds).containsExactly(7L, 2L, 4L, 5L, 5L, 5L);
  }

  @Test
  void aQuestionThatFailsIsRetriedAsEverAndThenThrown() {
    server.answer(503, "").answer(200, succeeded());
    client.operations().wait(ID);

    server.answer(404, FakeServer.problem(404, "not_found"));
    assertThatThrownBy(() -> client.operations().wait(ID)).isInstanceOf(NotFoundException.class);
  }

  @Test
  void aFailedOneIsThrownWithItsProblem() {
    server.answer(
        200,
        operation(
            "failed", 3, "null", FakeServer.problem(404, "not_found"), "2026-01-15T09:30:04Z"));

    OperationFailedException failed =
        catchThrowableOfType(OperationFailedException.class, () -> client.operations().wait(ID));

    assertThat(failed).hasMessage("webhook_endpoint.replay " + ID + " is failed: not_found: D");
    assertThat(failed.code()).contains(ProblemCode.NOT_FOUND);
    assertThat(failed.operation().progress().done()).isEqualTo(3);
  }

  @Test
  void aCancelledOneIsThrownWithoutAProblem() {
    server.answer(200, operation("cancelled", 3, "null", "null", "2026-01-15T09:30:04Z"));

    OperationFailedException failed =
        catchThrowableOfType(OperationFailedException.class, () -> client.operations().wait(ID));

    assertThat(failed).hasMessage("webhook_endpoint.replay " + ID + " is cancelled");
    assertThat(failed.problem()).isEmpty();
    assertThat(failed.operation().status()).isEqualTo(OperationStatus.CANCELLED);
  }

  @Test
  void whatHasNotFinishedInTimeIsATimeout() {
    server.answer(200, pending()).answer(200, running(1)).answer(200, running(2));

    assertThatThrownBy(
            () -> client.operations().wait(ID, wait -> wait.timeout(Duration.ofMillis(400))))
        .isInstanceOf(TimeoutException.class)
        .hasMessageContaining(ID)
        .hasMessageContaining("it goes on");
    assertThat(slept).containsExactly(Duration.ofMillis(250), Duration.ofMillis(150));
  }

  @Test
  void anEndThatThisVersionDoesNotKnowIsReturned() {
    server.answer(
        200, operation("superseded", 3, "{\"object\": \"new\"}", "null", "2026-01-15T09:30:04Z"));

    Operation operation = client.operations().wait(ID);

    assertThat(operation.status().value()).isEqualTo("superseded");
    assertThat(operation.result()).get().isInstanceOf(OperationResult.Unknown.class);
  }

  @Test
  void nobodyHasToWait() {
    server.answer(200, pending()).answer(200, running(4)).answer(200, succeeded());

    Operation operation = client.async().operations().wait(ID).join();

    assertThat(operation.status()).isEqualTo(OperationStatus.SUCCEEDED);
    assertThat(timer.waited()).contains(Duration.ofMillis(250), Duration.ofMillis(500));
    assertThat(slept).isEmpty();
  }

  @Test
  void theFutureFailsAsTheOtherClientThrows() {
    server
        .answer(200, operation("cancelled", 3, "null", "null", "2026-01-15T09:30:04Z"))
        .answer(404, FakeServer.problem(404, "not_found"));

    assertThatThrownBy(client.async().operations().wait(ID)::join)
        .isInstanceOf(CompletionException.class)
        .hasCauseInstanceOf(OperationFailedException.class);
    assertThatThrownBy(client.async().operations().wait(ID)::join)
        .hasCauseInstanceOf(NotFoundException.class);
  }

  @Test
  void toCancelTheFutureEndsTheQuestions() {
    server.answer(200, pending(), "Retry-After", "60");
    CompletableFuture<Operation> waiting = client.async().operations().wait(ID);
    while (!timer.armed().contains(Duration.ofSeconds(60))) {
      Thread.onSpinWait();
    }

    waiting.cancel(true);

    assertThat(timer.armed()).doesNotContain(Duration.ofSeconds(60));
    assertThat(server.requests()).hasSize(1);
  }

  private static String pending() {
    return operation("pending", 0, "null", "null", null);
  }

  private static String running(int done) {
    return operation("running", done, "null", "null", null);
  }

  private static String succeeded() {
    return operation("succeeded", 12, REPLAYED, "null", "2026-01-15T09:30:04Z");
  }

  private static String operation(
      String status, int done, String result, String error, String finishedAt) {
    return """
    {"id": "%s", "object": "operation", "kind": "webhook_endpoint.replay", "resource_id": null,
     "status": "%s", "progress": {"done": %d, "total": 12}, "result": %s, "error": %s,
     "created_at": "2026-01-15T09:30:00Z", "updated_at": "2026-01-15T09:30:00Z",
     "finished_at": %s}
    """
        .formatted(
            ID, status, done, result, error, finishedAt == null ? "null" : '"' + finishedAt + '"');
  }
}
