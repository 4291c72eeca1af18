package ai.chatflow.scenarios;

import static ai.chatflow.scenarios.Refusals.refusal;
import static org.assertj.core.api.Assertions.assertThat;

import ai.chatflow.sdk.ChatFlowClient;
import ai.chatflow.sdk.RequestOptions;
import ai.chatflow.sdk.errors.ApiException;
import ai.chatflow.sdk.model.CreateContactRequest;
import ai.chatflow.sdk.model.ProblemCode;
import ai.chatflow.testing.AtOnce;
import ai.chatflow.testing.TestWorkspace;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class IdempotencyIT {
  @RegisterExtension static final TestWorkspace WORKSPACE = new TestWorkspace();

  private static final int TWINS = 12;

  @Test
  void theSameKeyAndBodyAnswersAgainWithoutDoingItAgain() {
    var contacts = WORKSPACE.client().contacts();
    var options = RequestOptions.idempotencyKey("same");

    var first = contacts.withRawResponse().create(named("Once"), options);
    var second = contacts.withRawResponse().create(named("Once"), options);

    assertThat(first.idempotencyReplayed()).isFalse();
    assertThat(second.idempotencyReplayed()).isTrue();
    assertThat(second.status()).isEqualTo(first.status()).isEqualTo(201);
    assertThat(second.body()).isEqualTo(first.body());
    assertThat(count("Once")).isEqualTo(1);
  }

  @Test
  void theSameKeyWithAnotherBodyIsRefused() {
    var contacts = WORKSPACE.client().contacts();
    var options = RequestOptions.idempotencyKey("other-body");
    contacts.create(named("First body"), options);

    refusal(
        422,
        ProblemCode.IDEMPOTENCY_KEY_REUSED,
        () -> contacts.create(named("Second body"), options));
    assertThat(count("Second body")).isZero();
  }

  @Test
  void theSameKeyIsAnotherOneInAnotherWorkspaceAndForAnotherOperation() {
    var options = RequestOptions.idempotencyKey("scoped");
    var live = WORKSPACE.client().contacts().create(named("Scoped"), options);

    var test = WORKSPACE.testClient().contacts().withRawResponse().create(named("Scoped"), options);
    var updated =
        WORKSPACE
            .client()
            .contacts()
            .withRawResponse()
            .update(
                live.id(),
                ai.chatflow.sdk.model.UpdateContactRequest.builder().name("Scoped").build(),
                options);

    assertThat(test.idempotencyReplayed()).isFalse();
    assertThat(test.body().id()).isNotEqualTo(live.id());
    assertThat(updated.idempotencyReplayed()).isFalse();
  }

  @Test
  void aRefusalIsRememberedToo() {
    var contacts = WORKSPACE.client().contacts();
    var owner = contacts.create(CreateContactRequest.builder().externalId("remembered").build());
    var options = RequestOptions.idempotencyKey("refused");
    var again = CreateContactRequest.builder().externalId("remembered").build();
    var first = refusal(409, ProblemCode.EXTERNAL_ID_TAKEN, () -> contacts.create(again, options));

    contacts.delete(owner.id());
    var second = refusal(409, ProblemCode.EXTERNAL_ID_TAKEN, () -> contacts.create(again, options));

    assertThat(second.headers().firstValue("Idempotency-Replayed")).contains("true");
    assertThat(second.problem().orElseThrow().requestId())
        .isEqualTo(first.problem().orElseThrow().requestId());
    assertThat(contacts.list(p -> p.externalId("remembered")).data()).isEmpty();
  }

  @Test
  void aRefusalForLackOfPermissionIsNotRemembered() {
    var scopes = List.of("contacts:read");
    var created =
        WORKSPACE
            .client()
            .apiKeys()
            .create(
                ai.chatflow.sdk.model.CreateApiKeyRequest.builder()
                    .name("Reader")
                    .scopes(scopes)
                    .build());
    var options = RequestOptions.idempotencyKey("permission");
    var reader = WORKSPACE.client(created.secret()).build().contacts();

    refusal(403, ProblemCode.PERMISSION_DENIED, () -> reader.create(named("Allowed"), options));

    var allowed = WORKSPACE.client().contacts().withRawResponse().create(named("Allowed"), options);
    assertThat(allowed.idempotencyReplayed()).isFalse();
  }

  @Test
  void ofTwinsAtTheSameTimeOneHasAnEffect() throws Exception {
    for (int round = 0; round < 5; round++) {
      var name = "Twin " + round;
      var outcomes =
          AtOnce.call(Collections.nCopies(TWINS, () -> outcome(WORKSPACE.client(), name)));

      assertThat(outcomes).isNotEmpty().contains("created").hasSize(TWINS);
      assertThat(outcomes).containsOnlyOnce("created");
      assertThat(outcomes)
          .allMatch(o -> List.of("created", "replayed", "idempotency_in_progress").contains(o));
      assertThat(count(name)).isEqualTo(1);
    }
  }

  private static String outcome(ChatFlowClient client, String name) {
    try {
      var answer =
          client
              .contacts()
              .withRawResponse()
              .create(named(name), RequestOptions.idempotencyKey(name));
      return answer.idempotencyReplayed() ? "replayed" : "created";
    } catch (ApiException e) {
      assertThat(e.headers().firstValue("Retry-After")).isPresent();
      return e.code().orElseThrow().value();
    }
  }

  private static CreateContactRequest named(String name) {
    return CreateContactRequest.builder().name(name).build();
  }

  private static long count(String name) {
    return WORKSPACE.client().contacts().list(p -> p.limit(100)).stream()
        .filter(contact -> contact.name().equals(Optional.of(name)))
        .count();
  }
}
