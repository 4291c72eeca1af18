package ai.chatflow.scenarios;

import static ai.chatflow.scenarios.Refusals.pointers;
import static ai.chatflow.scenarios.Refusals.refusal;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ai.chatflow.sdk.errors.AuthenticationException;
import ai.chatflow.sdk.model.ApiKey;
import ai.chatflow.sdk.model.CreateApiKeyRequest;
import ai.chatflow.sdk.model.CreateContactRequest;
import ai.chatflow.sdk.model.CreatedApiKey;
import ai.chatflow.sdk.model.ProblemCode;
import ai.chatflow.testing.TestWorkspace;
import java.time.Duration;
import java.util.List;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class ApiKeysIT {
  @RegisterExtension static final TestWorkspace WORKSPACE = new TestWorkspace();

  @Test
  void aKeyDoesWhatItsScopesSayAndNothingElse() {
    var created = key("Reader", "contacts:read");
    var reader = WORKSPACE.client(created.secret()).build();

    assertThat(reader.contacts().list().data()).isEmpty();
    assertThat(reader.me().permissions()).containsExactly("contacts:read");
    assertThat(reader.me().apiKey().id()).isEqualTo(created.apiKey().id());
    refusal(
        403,
        ProblemCode.PERMISSION_DENIED,
        () -> reader.contacts().create(CreateContactRequest.builder().name("No").build()));
    refusal(403, ProblemCode.PERMISSION_DENIED, () -> reader.messages().list());
  }

  @Test
  void theSecretIsShownOnce() {
    var created = key("Once", "contacts:read");
    var api = WORKSPACE.client().apiKeys();

    var read = api.get(created.apiKey().id());
    var listed = api.list(p -> p.limit(100)).stream().map(ApiKey::toString).toList();

    assertThat(created.secret()).startsWith("cf_live_");
    assertThat(created.secret()).endsWith(read.hint().replace("…", ""));
    assertThat(read.toString()).doesNotContain(created.secret());
    assertThat(listed).noneMatch(text -> text.contains(created.secret()));
    assertThat(listed).anyMatch(text -> text.contains(created.apiKey().id()));
  }

  @Test
  void aRevokedKeyIsRefusedWithinASecond() {
    var created = key("Stolen", "*");
    var thief = WORKSPACE.client(created.secret()).build();
    thief.me();

    var revoked = WORKSPACE.client().apiKeys().revoke(created.apiKey().id());
    var again = WORKSPACE.client().apiKeys().revoke(created.apiKey().id());

    assertThat(revoked.revokedAt()).isPresent().isEqualTo(again.revokedAt());
    await()
        .atMost(Duration.ofSeconds(1))
        .pollInterval(Duration.ofMillis(20))
        .untilAsserted(() -> refusal(401, ProblemCode.INVALID_CREDENTIALS, thief::me));
  }

  @Test
  void aKeyEndsWhenItsTimeIsUp() {
    var until = WORKSPACE.server().now().plusSeconds(2);
    var request =
        CreateApiKeyRequest.builder()
            .name("Short")
            .scopes(List.of("contacts:read"))
            .expiresAt(until)
            .build();
    var guest = WORKSPACE.client(WORKSPACE.client().apiKeys().create(request).secret()).build();

    assertThat(guest.contacts().list().data()).isEmpty();

    await()
        .atMost(Duration.ofSeconds(5))
        .pollInterval(Duration.ofMillis(100))
        .untilAsserted(
            () ->
                Assertions.assertThatExceptionOfType(AuthenticationException.class)
                    .isThrownBy(() -> guest.contacts().list()));
    assertThat(WORKSPACE.server().now()).isAfterOrEqualTo(until);
  }

  @Test
  void aKeyHandsOnOnlyWhatItHas() {
    var clerk = WORKSPACE.client(key("Clerk", "api_keys:write", "contacts:read").secret()).build();
    var more = CreateApiKeyRequest.builder().name("More").scopes(List.of("*")).build();
    var same = CreateApiKeyRequest.builder().name("Same").scopes(List.of("contacts:read")).build();

    refusal(403, ProblemCode.PERMISSION_DENIED, () -> clerk.apiKeys().create(more));
    assertThat(clerk.apiKeys().create(same).apiKey().scopes()).containsExactly("contacts:read");
  }

  @Test
  void aScopeThatDoesNotExistAndAnEndInThePastAreNamed() {
    var unknown =
        CreateApiKeyRequest.builder()
            .name("Typo")
            .scopes(List.of("contacts:read", "contact:read"))
            .build();
    var past =
        CreateApiKeyRequest.builder()
            .name("Past")
            .scopes(List.of("contacts:read"))
            .expiresAt(WORKSPACE.server().now().minusSeconds(1))
            .build();
    var api = WORKSPACE.client().apiKeys();

    assertThat(pointers(refusal(422, ProblemCode.VALIDATION_FAILED, () -> api.create(unknown))))
        .containsExactly("/scopes/1");
    assertThat(pointers(refusal(422, ProblemCode.VALIDATION_FAILED, () -> api.create(past))))
        .containsExactly("/expires_at");
  }

  @Test
  void aTestKeySeesNothingOfTheLiveWorkspace() {
    var contact =
        WORKSPACE.client().contacts().create(CreateContactRequest.builder().name("Live").build());

    refusal(404, ProblemCode.NOT_FOUND, () -> WORKSPACE.testClient().contacts().get(contact.id()));
    WORKSPACE.client().contacts().delete(contact.id());
  }

  private static CreatedApiKey key(String name, String... scopes) {
    return WORKSPACE
        .client()
        .apiKeys()
        .create(CreateApiKeyRequest.builder().name(name).scopes(List.of(scopes)).build());
  }
}
