package ai.chatflow.scenarios;

import static ai.chatflow.scenarios.Refusals.pointers;
import static ai.chatflow.scenarios.Refusals.refusal;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ai.chatflow.sdk.ChatFlowClient;
import ai.chatflow.sdk.model.Condition;
import ai.chatflow.sdk.model.ConditionOp;
import ai.chatflow.sdk.model.CreateContactRequest;
import ai.chatflow.sdk.model.CreateWebhookEndpointRequest;
import ai.chatflow.sdk.model.CreatedWebhookEndpoint;
import ai.chatflow.sdk.model.ProblemCode;
import ai.chatflow.sdk.model.TestWebhookEndpointRequest;
import ai.chatflow.sdk.model.UpdateWebhookEndpointRequest;
import ai.chatflow.sdk.model.WebhookAttemptStatus;
import ai.chatflow.testing.Inhabited;
import ai.chatflow.testing.RawHttp;
import ai.chatflow.testing.TestWorkspace;
import ai.chatflow.testing.WebhookReceiver;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class WebhooksIT {
  @RegisterExtension static final TestWorkspace WORKSPACE = new TestWorkspace();

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  @AutoClose private final WebhookReceiver receiver = new WebhookReceiver();

  @Test
  void aMessageThatTheEndpointAsksForReachesItAsTheLogShowsIt() throws IOException {
    var key = WORKSPACE.another("Posted").liveKey();
    var client = WORKSPACE.client(key).build();
    var channel = Inhabited.sandbox(client, "Handset");
    var blue = Condition.builder().field("message.content.text").op(ConditionOp.CONTAINS);
    create(
        client,
        CreateWebhookEndpointRequest.builder()
            .url(receiver.url("/hook"))
            .eventTypes(List.of("message.received"))
            .condition(blue.value("blue").build()));
    Inhabited.write(client, channel, "+16505551234", "Is it red?");
    Inhabited.write(client, channel, "+16505551234", "Is it blue?");

    await().atMost(PATIENCE).until(() -> !receiver.received().isEmpty());

    var log =
        WORKSPACE
            .http()
            .header("Authorization", "Bearer " + key)
            .get("/v1/events?type=message.received")
            .body()
            .asString();
    var posted = receiver.received().getFirst();
    assertThat(JSON.readTree(posted.body())).isEqualTo(JSON.readTree(log).at("/data/1"));
    assertThat(receiver.received()).hasSize(1);
  }

  @Test
  void anEndpointThatHangsKeepsNobodyElseWaiting() {
    var client = newClient("Hanging");
    for (int i = 0; i < 12; i++) {
      create(client, CreateWebhookEndpointRequest.builder().url(receiver.url("/hanging")));
    }
    receiver.hang();
    try (var quick = new WebhookReceiver()) {
      create(client, CreateWebhookEndpointRequest.builder().url(quick.url("/quick")));
      for (int i = 0; i < 40; i++) {
        client.contacts().create(CreateContactRequest.builder().name("C" + i).build());
      }

      await().atMost(PATIENCE).until(() -> quick.received().size() == 40);
    }
    assertThat(receiver.received()).isNotEmpty();
  }

  @Test
  void attemptsTellWhatCameBack() {
    var client = newClient("Attempts");
    receiver.answer(418, java.util.Map.of(), "short and stout");
    var id =
        create(client, CreateWebhookEndpointRequest.builder().url(receiver.url("/teapot")))
            .webhookEndpoint()
            .id();
    var test = TestWebhookEndpointRequest.builder().type("flow.published").build();
    var delivery = client.webhookEndpoints().test(id, test);

    var attempt =
        await()
            .atMost(PATIENCE)
            .until(() -> client.webhookEndpoints().listAttempts(id).data(), list -> !list.isEmpty())
            .getFirst();

    assertThat(attempt.eventId()).isEqualTo(delivery.eventId());
    assertThat(attempt.status()).isEqualTo(WebhookAttemptStatus.FAILED);
    assertThat(attempt.responseStatus()).contains(418);
    assertThat(attempt.responseBody()).contains("short and stout");
    assertThat(
            client
                .webhookEndpoints()
                .listAttempts(id, p -> p.status(WebhookAttemptStatus.SUCCEEDED))
                .data())
        .isEmpty();
  }

  @Test
  void whatCannotBeIsSaidAtOnceAndWithItsPlace() {
    var client = newClient("Refused");
    var request =
        CreateWebhookEndpointRequest.builder()
            .url("https://169.254.169.254/latest/meta-data")
            .eventTypes(List.of("message.received", "message.imagined"))
            .condition(Condition.builder().field("x").op(ConditionOp.IN).build())
            .build();

    var refusal =
        refusal(
            422, ProblemCode.VALIDATION_FAILED, () -> client.webhookEndpoints().create(request));

    assertThat(pointers(refusal)).contains("/url", "/event_types/1", "/condition/values");
  }

  @Test
  void anEndpointIsChangedTurnedOffAndDeleted() {
    var client = newClient("Changed");
    var id =
        create(client, CreateWebhookEndpointRequest.builder().url(receiver.url("/a")))
            .webhookEndpoint()
            .id();
    var patch =
        UpdateWebhookEndpointRequest.builder().url(receiver.url("/b")).ratePerSecond(7).build();
    var changed = client.webhookEndpoints().update(id, patch);
    client.contacts().create(CreateContactRequest.builder().name("A").build());
    await().atMost(PATIENCE).until(() -> !receiver.received().isEmpty());
    client.webhookEndpoints().disable(id);
    client.contacts().create(CreateContactRequest.builder().name("B").build());

    assertThat(changed.ratePerSecond()).contains(7);
    assertThat(receiver.received()).extracting(WebhookReceiver.Received::path).containsOnly("/b");
    client.webhookEndpoints().enable(id);
    await().atMost(PATIENCE).until(() -> receiver.received().size() == 2);
    client.webhookEndpoints().delete(id);
    refusal(404, ProblemCode.NOT_FOUND, () -> client.webhookEndpoints().get(id));
  }

  @Test
  void nullTakesConditionAndAddressesAway() {
    var key = WORKSPACE.another("Cleared").liveKey();
    var condition =
        Condition.builder().field("message.content.type").op(ConditionOp.EQ).value("order").build();
    var created =
        create(
                WORKSPACE.client(key).build(),
                CreateWebhookEndpointRequest.builder()
                    .url(receiver.url("/hook"))
                    .condition(condition)
                    .notifyEmails(List.of("ops@shop.example.com")))
            .webhookEndpoint();
    var path = "/v1/webhook-endpoints/" + created.id();

    var kept = patch(key, path, "{\"rate_per_second\": 5}");
    var cleared = patch(key, path, "{\"condition\": null, \"notify_emails\": null}");

    assertThat(created.notifyEmails()).contains(List.of("ops@shop.example.com"));
    assertThat(kept.body().path("condition").path("value").asText()).isEqualTo("order");
    assertThat(kept.body().path("notify_emails")).hasSize(1);
    assertThat(cleared.body().has("condition")).isFalse();
    assertThat(cleared.body().path("notify_emails")).isEmpty();
    assertThat(cleared.body().path("rate_per_second").asInt()).isEqualTo(5);
    assertThat(patch(key, path, "{\"notify_emails\": [\"a@b\\r\\nBcc: c@d\"]}").status())
        .isEqualTo(422);
  }

  private static RawHttp.Answer patch(String key, String path, String body) {
    return WORKSPACE
        .raw()
        .call("PATCH", path)
        .key(key)
        .body("application/merge-patch+json", body)
        .send();
  }

  @Test
  void theCatalogueHasEveryTypeWithASample() {
    var types = newClient("Catalogue").events().listTypes().data();

    assertThat(types).hasSizeGreaterThan(20);
    for (var type : types) {
      assertThat(type.sample()).as(type.type()).containsEntry("type", type.type());
      assertThat(type.schema()).as(type.type()).containsKeys("$ref", "$defs");
    }
  }

  @Test
  void thePublicKeyIsPublished() throws IOException {
    var keys = WORKSPACE.http().get("/.well-known/webhook-keys").body().asString();

    assertThat(JSON.readTree(keys).path("keys"))
        .singleElement()
        .extracting(key -> key.path("public_key").asText())
        .asString()
        .matches("whpk_[A-Za-z0-9+/]{43}=");
  }

  private static CreatedWebhookEndpoint create(
      ChatFlowClient client, CreateWebhookEndpointRequest.Builder request) {
    return client.webhookEndpoints().create(request.build());
  }

  private static ChatFlowClient newClient(String name) {
    return WORKSPACE.client(WORKSPACE.another(name).liveKey()).build();
  }
}
