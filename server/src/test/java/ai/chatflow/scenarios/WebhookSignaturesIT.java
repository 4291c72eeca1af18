package ai.chatflow.scenarios;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import ai.chatflow.sdk.ChatFlowClient;
import ai.chatflow.sdk.Webhooks;
import ai.chatflow.sdk.errors.WebhookVerificationException;
import ai.chatflow.sdk.errors.WebhookVerificationException.Reason;
import ai.chatflow.sdk.model.CreateContactRequest;
import ai.chatflow.sdk.model.CreateWebhookEndpointRequest;
import ai.chatflow.testing.Program;
import ai.chatflow.testing.TestWorkspace;
import ai.chatflow.testing.WebhookReceiver;
import ai.chatflow.testing.WebhookReceiver.Received;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.standardwebhooks.Webhook;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/// Real deliveries, checked by those who did not sign them: the public packages for Standard
/// Webhooks, the Ed25519 of Node, and both SDKs.
class WebhookSignaturesIT {
  @RegisterExtension static final TestWorkspace WORKSPACE = new TestWorkspace();

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final String STRANGER =
      "whsec_" + Base64.getEncoder().encodeToString(new byte[32]);
  private static final String STRANGE_PUBLIC =
      "whpk_" + Base64.getEncoder().encodeToString(ed25519BasePoint());

  @TempDir Path folder;
  @AutoClose private final WebhookReceiver receiver = new WebhookReceiver();
  private String first = "";
  private String second = "";
  private String published = "";

  /// One delivery before the secret is rotated, and one while both count.
  @BeforeEach
  void deliver() throws IOException {
    var client = WORKSPACE.client(WORKSPACE.another("Signed " + receiver.port()).liveKey()).build();
    var request = CreateWebhookEndpointRequest.builder().url(receiver.url("/signed")).build();
    var created = client.webhookEndpoints().create(request);
    first = created.secret();
    happen(client, "Zoë 😀", 1);
    second = client.webhookEndpoints().rotateSecret(created.webhookEndpoint().id()).secret();
    happen(client, "Ηλέκτρα", 2);
    var keys = WORKSPACE.http().get("/.well-known/webhook-keys").body().asString();
    published = JSON.readTree(keys).at("/keys/0/public_key").asText();
  }

  @Test
  void thePublicJavaPackageVerifiesThem() throws Exception {
    var before = receiver.received().getFirst();
    var during = receiver.received().getLast();

    new Webhook(first).verify(before.body(), lists(before));
    new Webhook(first).verify(during.body(), lists(during));
    new Webhook(second).verify(during.body(), lists(during));
    assertThatThrownBy(() -> new Webhook(second).verify(before.body(), lists(before)))
        .isInstanceOf(com.standardwebhooks.exceptions.WebhookVerificationException.class);
    assertThatThrownBy(() -> new Webhook(second).verify(during.body() + " ", lists(during)))
        .isInstanceOf(com.standardwebhooks.exceptions.WebhookVerificationException.class);
  }

  /// With the public npm package, with Node's own crypto, and with the SDK.
  @Test
  void nodeVerifiesThem() throws IOException {
    var given = JSON.createObjectNode();
    given
        .put("publicKey", published)
        .put("stranger", STRANGER)
        .put("strangePublic", STRANGE_PUBLIC);
    var deliveries = given.putArray("deliveries");
    deliveries.add(delivery(receiver.received().getFirst(), List.of(first)));
    deliveries.add(delivery(receiver.received().getLast(), List.of(second, first)));
    var file = Files.writeString(folder.resolve("deliveries.json"), given.toString());

    try (var node =
        Program.start(
            Program.TYPESCRIPT, Map.of(), "node", "test/deliveries.mjs", file.toString())) {
      int status = node.awaitEnd();

      assertThat(node.lines()).last().asString().matches("\\d+ checks hold");
      assertThat(status).isZero();
    }
  }

  @Test
  void theJavaSdkAcceptsThemAndSaysWhatIsWrongWithOthers() {
    for (var delivery : receiver.received()) {
      for (var key : List.of(first, published)) {
        assertThat(Webhooks.of(key).unwrap(delivery.body(), delivery.headers()).type())
            .isEqualTo("contact.created");
        var late = InstantSource.offset(InstantSource.system(), Duration.ofMinutes(6));
        var early = InstantSource.offset(InstantSource.system(), Duration.ofMinutes(-6));
        var version = key.equals(first) ? "v1a" : "v1";
        var body = delivery.body();
        refused(Reason.SIGNATURE_MISMATCH, Webhooks.of(key), body + " ", delivery.headers());
        refused(
            Reason.TIMESTAMP_TOO_OLD,
            Webhooks.builder().key(key).time(late).build(),
            body,
            delivery.headers());
        refused(
            Reason.TIMESTAMP_TOO_NEW,
            Webhooks.builder().key(key).time(early).build(),
            body,
            delivery.headers());
        refused(Reason.UNSUPPORTED_VERSION, Webhooks.of(key), body, only(version, delivery));
        refused(Reason.MISSING_HEADER, Webhooks.of(key), body, Map.of());
      }
      refused(
          Reason.SIGNATURE_MISMATCH, Webhooks.of(STRANGER), delivery.body(), delivery.headers());
      refused(
          Reason.SIGNATURE_MISMATCH,
          Webhooks.of(STRANGE_PUBLIC),
          delivery.body(),
          delivery.headers());
    }
    assertThat(Webhooks.of(second).unwrap(last().body(), last().headers()).type())
        .isEqualTo("contact.created");
  }

  private Received last() {
    return receiver.received().getLast();
  }

  private void happen(ChatFlowClient client, String name, int deliveries) {
    client.contacts().create(CreateContactRequest.builder().name(name).build());
    await().atMost(PATIENCE).until(() -> receiver.received().size() == deliveries);
  }

  private static void refused(
      Reason reason, Webhooks webhooks, String body, Map<String, String> headers) {
    assertThatThrownBy(() -> webhooks.unwrap(body, headers))
        .isInstanceOfSatisfying(
            WebhookVerificationException.class, e -> assertThat(e.reason()).isEqualTo(reason));
  }

  private static Map<String, String> only(String version, Received delivery) {
    var headers = new java.util.HashMap<>(delivery.headers());
    headers.computeIfPresent(
        "webhook-signature",
        (_, all) ->
            Arrays.stream(all.split(" ", -1))
                .filter(one -> one.startsWith(version + ","))
                .collect(Collectors.joining(" ")));
    return headers;
  }

  private static com.fasterxml.jackson.databind.JsonNode delivery(
      Received received, List<String> keys) {
    return JSON.valueToTree(
        Map.of("headers", received.headers(), "body", received.body(), "keys", keys));
  }

  private static Map<String, List<String>> lists(Received received) {
    return received.headers().entrySet().stream()
        .collect(Collectors.toMap(Map.Entry::getKey, entry -> List.of(entry.getValue())));
  }

  /// A point of the curve whose secret nobody used here (RFC 8032, 5.1).
  private static byte[] ed25519BasePoint() {
    var point = new byte[32];
    Arrays.fill(point, (byte) 0x66);
    point[0] = 0x58;
    return point;
  }
}
