package ai.chatflow.scenarios;

import static ai.chatflow.scenarios.Refusals.refusal;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ai.chatflow.sdk.ChatFlowClient;
import ai.chatflow.sdk.Page;
import ai.chatflow.sdk.model.CreateContactRequest;
import ai.chatflow.sdk.model.CreateWebhookEndpointRequest;
import ai.chatflow.sdk.model.ProblemCode;
import ai.chatflow.sdk.model.RecoverWebhookEndpointRequest;
import ai.chatflow.sdk.model.ReplayWebhookEndpointRequest;
import ai.chatflow.sdk.model.ResendWebhookEventRequest;
import ai.chatflow.sdk.model.TestWebhookEndpointRequest;
import ai.chatflow.sdk.model.UpdateWebhookEndpointRequest;
import ai.chatflow.sdk.model.WebhookAttempt;
import ai.chatflow.sdk.model.WebhookAttemptStatus;
import ai.chatflow.sdk.model.WebhookRecovery;
import ai.chatflow.sdk.model.WebhookReplay;
import ai.chatflow.testing.Inhabited;
import ai.chatflow.testing.TestWorkspace;
import ai.chatflow.testing.WebhookReceiver;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// What a customer does about deliveries with the Java SDK, blocking and not; and that nobody does
/// it to another workspace's.
class WebhookRecoveryIT {
  @RegisterExtension static final TestWorkspace WORKSPACE = new TestWorkspace();

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  @AutoClose private final WebhookReceiver receiver = new WebhookReceiver();

  @Test
  void whatWasMissedIsReplayedWhatFailedRecoveredAndOneSentAgain() {
    var begin = WORKSPACE.server().now().minus(Duration.ofMinutes(1));
    var client = newClient("Recovered");
    happen(client, 3);
    Inhabited.awaitEvents(client, 3);
    var id = endpoint(client, "/recovered", "contact.created");

    assertThat(replay(client, id, begin)).isEqualTo(3);
    awaitPositions(1, 2, 3);
    assertThat(replay(client, id, begin)).isZero();

    receiver.answer(500, Map.of("Retry-After", "3600"), "");
    happen(client, 2);
    // the two operations have events of their own between them
    awaitPositions(1, 2, 3, 6, 7);
    receiver.answer(200);
    var deliveries =
        await()
            .atMost(PATIENCE)
            .until(() -> client.webhookEndpoints().listDeliveries(id).data(), d -> d.size() == 2);
    assertThat(deliveries).allSatisfy(d -> assertThat(d.lastError()).isPresent());
    var since = RecoverWebhookEndpointRequest.builder().since(begin).build();
    var recovered = client.operations().wait(client.webhookEndpoints().recover(id, since));
    assertThat(((WebhookRecovery) recovered.result().orElseThrow()).deliveries()).isEqualTo(2);
    awaitPositions(1, 2, 3, 6, 6, 7, 7);

    var again = ResendWebhookEventRequest.builder().position(2L).build();
    client.async().webhookEndpoints().resendEvent(id, again).join();
    awaitPositions(1, 2, 2, 3, 6, 6, 7, 7);
  }

  @Test
  void attemptsAreReadInThreeWaysAndWithoutWaiting() {
    var client = newClient("Pages");
    var id = endpoint(client, "/pages");
    happen(client, 7);
    await().atMost(PATIENCE).until(() -> attempts(client, id).data().size() == 7);
    var wanted = LongStream.rangeClosed(1, 7).boxed().toList();

    var items = new ArrayList<Long>();
    for (var one : client.webhookEndpoints().listAttempts(id, p -> p.limit(3)).autoPage()) {
      items.add(one.position().orElseThrow());
    }
    var streamed =
        client.webhookEndpoints().listAttempts(id, p -> p.limit(3)).stream()
            .map(one -> one.position().orElseThrow())
            .toList();
    var paged = new ArrayList<Integer>();
    for (var page : client.webhookEndpoints().listAttempts(id, p -> p.limit(3)).pages()) {
      paged.add(page.data().size());
    }
    var async = Collections.synchronizedList(new ArrayList<Long>());
    client
        .async()
        .webhookEndpoints()
        .listAttempts(id, p -> p.limit(3).status(WebhookAttemptStatus.SUCCEEDED))
        .thenCompose(page -> page.forEachAsync(one -> async.add(one.position().orElseThrow())))
        .join();

    assertThat(items).containsExactlyInAnyOrderElementsOf(wanted);
    assertThat(streamed).isEqualTo(items);
    assertThat(paged).containsExactly(3, 3, 1);
    assertThat(async).isEqualTo(items);
  }

  @Test
  void nobodySeesOrMovesTheEndpointOfAnotherWorkspace() {
    var owner = newClient("Owner");
    var id = endpoint(owner, "/owner");
    var stranger = newClient("Stranger").webhookEndpoints();
    happen(owner, 1);
    awaitPositions(1);

    unknown(() -> stranger.get(id));
    unknown(() -> stranger.listAttempts(id));
    unknown(() -> stranger.listDeliveries(id));
    unknown(() -> stranger.rotateSecret(id));
    unknown(() -> stranger.disable(id));
    unknown(() -> stranger.enable(id));
    unknown(() -> stranger.delete(id));
    unknown(
        () ->
            stranger.update(
                id, UpdateWebhookEndpointRequest.builder().url(receiver.url("/x")).build()));
    unknown(
        () ->
            stranger.test(id, TestWebhookEndpointRequest.builder().type("flow.published").build()));
    unknown(
        () -> stranger.resendEvent(id, ResendWebhookEventRequest.builder().position(1L).build()));
    unknown(
        () ->
            stranger.recover(
                id, RecoverWebhookEndpointRequest.builder().since(Instant.EPOCH).build()));
    unknown(
        () ->
            stranger.replay(
                id, ReplayWebhookEndpointRequest.builder().since(Instant.EPOCH).build()));
    assertThat(stranger.list().data()).isEmpty();
    assertThat(receiver.received()).hasSize(1);
  }

  @Test
  void aFilterForAChannelThatIsDeletedLetsOnlyThroughWhatIsAboutNone() {
    var client = newClient("Deleted");
    var gone = Inhabited.sandbox(client, "Gone");
    var stays = Inhabited.sandbox(client, "Stays");
    var request =
        CreateWebhookEndpointRequest.builder()
            .url(receiver.url("/filtered"))
            .eventTypes(List.of("message.received", "contact.created"))
            .channelIds(List.of(gone));
    client.webhookEndpoints().create(request.build());
    Inhabited.write(client, gone, "+16505551234", "Here");
    await().atMost(PATIENCE).until(() -> types().contains("message.received"));
    client.channels().delete(gone);
    Inhabited.write(client, stays, "+16505551234", "Elsewhere");
    happen(client, 1);

    await()
        .atMost(PATIENCE)
        .until(() -> types().stream().filter("contact.created"::equals).count() == 2);
    assertThat(types()).filteredOn("message.received"::equals).hasSize(1);
  }

  private static long replay(ChatFlowClient client, String id, Instant since) {
    var request = ReplayWebhookEndpointRequest.builder().since(since).build();
    var replayed = client.operations().wait(client.webhookEndpoints().replay(id, request));
    return ((WebhookReplay) replayed.result().orElseThrow()).events();
  }

  private static Page<WebhookAttempt> attempts(ChatFlowClient client, String id) {
    return client.webhookEndpoints().listAttempts(id);
  }

  private static void unknown(Runnable call) {
    refusal(404, ProblemCode.NOT_FOUND, call::run);
  }

  private void awaitPositions(long... positions) {
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () ->
                assertThat(read("position").stream().map(Long::valueOf).sorted())
                    .containsExactlyElementsOf(LongStream.of(positions).boxed().toList()));
  }

  private List<String> types() {
    return read("type");
  }

  private List<String> read(String field) {
    return receiver.received().stream()
        .map(
            received -> {
              try {
                return JSON.readTree(received.body()).path(field).asText();
              } catch (IOException e) {
                throw new UncheckedIOException(e);
              }
            })
        .toList();
  }

  private String endpoint(ChatFlowClient client, String path, String... types) {
    var request =
        CreateWebhookEndpointRequest.builder()
            .url(receiver.url(path))
            .eventTypes(List.of(types))
            .build();
    return client.webhookEndpoints().create(request).webhookEndpoint().id();
  }

  private static void happen(ChatFlowClient client, int events) {
    for (int i = 0; i < events; i++) {
      client.contacts().create(CreateContactRequest.builder().name("C" + i).build());
    }
  }

  private static ChatFlowClient newClient(String name) {
    return WORKSPACE.client(WORKSPACE.another(name).liveKey()).build();
  }
}
