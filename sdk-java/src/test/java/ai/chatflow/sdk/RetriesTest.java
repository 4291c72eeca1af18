package ai.chatflow.sdk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import ai.chatflow.sdk.core.RetryPolicy;
import ai.chatflow.sdk.errors.ConflictException;
import ai.chatflow.sdk.errors.ConnectionException;
import ai.chatflow.sdk.errors.RateLimitException;
import ai.chatflow.sdk.errors.ServerException;
import ai.chatflow.sdk.errors.ValidationException;
import ai.chatflow.sdk.model.Contact;
import ai.chatflow.sdk.model.CreateContactRequest;
import ai.chatflow.sdk.model.UpdateContactRequest;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class RetriesTest {
  private static final String CONTACT = Contract.example("Contact").toString();
  private static final CreateContactRequest ADA =
      CreateContactRequest.builder().name("Ada").build();
  private static final Instant NOW = Instant.parse("2026-01-15T09:30:00Z");

  private final FakeServer server = new FakeServer();
  private final List<Duration> slept = new ArrayList<>();
  private final ChatFlowClient client =
      ChatFlowClient.builder()
          .environment(FakeServer.environment(server))
          .retries(new RetryPolicy(InstantSource.fixed(NOW), () -> 1.0), slept::add)
          .build();

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void allAttemptsOfAPostCarryTheSameIdempotencyKey() {
    server.answer(503, "busy").hangUp().answer(201, CONTACT);

    Contact contact = client.contacts().create(ADA);

    assertThat(contact.name()).contains("Sheena Nelson");
    assertThat(server.requests()).hasSize(3);
    assertThat(server.requests().stream().map(r -> r.header("Idempotency-Key")).distinct())
        .singleElement()
        .asString()
        .hasSize(36);
    assertThat(server.requests().stream().map(FakeServer.Request::body).distinct()).hasSize(1);
    assertThat(slept).containsExactly(Duration.ofMillis(500), Duration.ofSeconds(1));
  }

  @Test
  void twoCallsHaveTwoKeysAndAKeyOfTheCallerIsTaken() {
    server.answer(201, CONTACT).answer(200, CONTACT).answer(201, CONTACT);

    client.contacts().create(ADA);
    client.contacts().update("con_1", UpdateContactRequest.builder().name("A").build());
    client.contacts().create(ADA, RequestOptions.idempotencyKey("order-4711"));

    List<String> keys = server.requests().stream().map(r -> r.header("Idempotency-Key")).toList();
    assertThat(keys).doesNotContainNull().doesNotHaveDuplicates().endsWith("order-4711");
  }

  @Test
  void aReadHasNoIdempotencyKey() {
    server.answer(200, CONTACT);

    client.contacts().get("con_1");

    assertThat(server.onlyRequest().header("Idempotency-Key")).isNull();
  }

  @Test
  void retryAfterInSecondsIsWaitedFor() {
    server.answer(429, "", "Retry-After", "7").answer(200, CONTACT);

    client.contacts().get("con_1");

    assertThat(slept).containsExactly(Duration.ofSeconds(7));
  }

  @Test
  void retryAfterAsADateIsWaitedFor() {
    server.answer(503, "", "Retry-After", "Thu, 15 Jan 2026 09:30:12 GMT").answer(200, CONTACT);

    client.contacts().get("con_1");

    assertThat(slept).containsExactly(Duration.ofSeconds(12));
  }

  @Test
  void aRetryAfterOfAnHourIsTheCallersToWaitFor() {
    server.answer(429, FakeServer.problem(429, "quota_exceeded"), "Retry-After", "3600");

    RateLimitException error =
        catchThrowableOfType(RateLimitException.class, () -> client.contacts().get("con_1"));

    assertThat(error.headers().firstValue("Retry-After")).contains("3600");
    assertThat(server.requests()).hasSize(1);
  }

  @Test
  void aConflictIsRetriedOnlyWhileTheSameRequestRuns() {
    server
        .answer(409, FakeServer.problem(409, "idempotency_in_progress"), "Retry-After", "1")
        .answer(409, FakeServer.problem(409, "conflict"));

    assertThatThrownBy(() -> client.contacts().create(ADA)).isInstanceOf(ConflictException.class);
    assertThat(server.requests()).hasSize(2);
  }

  @Test
  void whatIsWrongIsNotRetried() {
    server.answer(422, FakeServer.problem(422, "validation_failed"));

    assertThatThrownBy(() -> client.contacts().create(ADA)).isInstanceOf(ValidationException.class);
    assertThat(server.requests()).hasSize(1);
  }

  @Test
  void afterTwoRetriesTheErrorIsThrown() {
    server.answer(500, "").answer(502, "").answer(504, "");

    assertThatThrownBy(() -> client.contacts().get("con_1"))
        .isInstanceOfSatisfying(
            ServerException.class, error -> assertThat(error.status()).isEqualTo(504));
  }

  @Test
  void aCallCanForbidRetries() {
    server.hangUp();

    assertThatThrownBy(
            () -> client.contacts().create(ADA, RequestOptions.builder().maxRetries(0).build()))
        .isInstanceOf(ConnectionException.class);
    assertThat(server.requests()).hasSize(1);
  }
}
