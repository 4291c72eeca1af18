package ai.chatflow.scenarios;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ai.chatflow.sdk.ChatFlowClient;
import ai.chatflow.sdk.model.CreateContactRequest;
import ai.chatflow.sdk.model.CreateWebhookEndpointRequest;
import ai.chatflow.sdk.model.WebhookAttempt;
import ai.chatflow.testing.Program;
import ai.chatflow.testing.TestWorkspace;
import ai.chatflow.testing.WebhookReceiver;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/// The receivers of `docs/webhooks.md`, as they stand there, get real deliveries of a real server:
/// one that is theirs and one that is signed for somebody else.
class DocumentedReceiversIT {
  @RegisterExtension static final TestWorkspace WORKSPACE = new TestWorkspace();

  private static final Path PAGE = Path.of("../docs/webhooks.md");
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  @TempDir Path folder;
  private ChatFlowClient client = WORKSPACE.client();
  private int port;
  private String secret = "";
  private String mine = "";
  private String anothers = "";

  @BeforeEach
  void prepare() throws IOException {
    try (var free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = free.getLocalPort();
    }
    client = WORKSPACE.client(WORKSPACE.another("Documented " + port).liveKey()).build();
    var request =
        CreateWebhookEndpointRequest.builder().url("http://localhost:" + port + "/").build();
    var created = client.webhookEndpoints().create(request);
    secret = created.secret();
    mine = created.webhookEndpoint().id();
    anothers = client.webhookEndpoints().create(request).webhookEndpoint().id();
  }

  @Test
  void plainNode() throws IOException {
    var file = Files.writeString(folder.resolve("receiver.mjs"), snippet("js"));
    try (var node = Program.start(folder, environment(), "node", file.toString())) {
      assertTakesOnlyItsOwn(node);
    }
  }

  /// Its types are checked with those of the guide of the SDK; here they are taken off.
  @Test
  void typeScriptWithTheSdk() throws IOException {
    var source = Files.writeString(folder.resolve("receiver.ts"), snippet("ts"));
    var target = Program.TYPESCRIPT.resolve("target/receivers/receiver-" + port + ".mjs");
    try (var esbuild =
            Program.start(
                Program.TYPESCRIPT,
                Map.of(),
                "node_modules/.bin/esbuild",
                source.toString(),
                "--format=esm",
                "--outfile=" + target);
        var node = compiled(esbuild, target)) {
      assertTakesOnlyItsOwn(node);
    } finally {
      Files.deleteIfExists(target);
    }
  }

  private Program compiled(Program esbuild, Path target) {
    assertThat(esbuild.awaitEnd()).as(esbuild.lines().toString()).isZero();
    return Program.start(Program.TYPESCRIPT, environment(), "node", target.toString());
  }

  @Test
  void javaWithTheSdk() throws IOException {
    var file = Files.writeString(folder.resolve("Receiver.java"), snippet("java"));
    var java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    var path =
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    try (var receiver =
        Program.start(
            folder, environment(), java, "-cp", path, file.toString(), String.valueOf(port))) {
      assertTakesOnlyItsOwn(receiver);
    }
  }

  @Test
  void byHandWithOpenSsl() throws IOException {
    try (var receiver = new WebhookReceiver()) {
      var request = CreateWebhookEndpointRequest.builder().url(receiver.url("/")).build();
      var created = client.webhookEndpoints().create(request);
      happen("Zoë");
      await().atMost(PATIENCE).until(() -> !receiver.received().isEmpty());
      var delivery = receiver.received().getFirst();
      Files.writeString(folder.resolve("body.json"), delivery.body());
      var environment =
          Map.of(
              "CHATFLOW_WEBHOOK_SECRET", created.secret(),
              "id", delivery.header("webhook-id"),
              "timestamp", delivery.header("webhook-timestamp"));

      try (var shell = Program.start(folder, environment, "sh", "-c", snippetWith("openssl"))) {
        assertThat(shell.awaitEnd()).isZero();
        assertThat(delivery.header("webhook-signature").split(" ", -1))
            .contains("v1," + shell.awaitLines(1).getFirst());
      }
    }
  }

  private void assertTakesOnlyItsOwn(Program receiver) {
    await("the receiver to listen").atMost(PATIENCE).until(this::listens);
    happen("Zoë 😀");

    assertThat(status(mine)).contains(204);
    assertThat(status(anothers)).contains(400);
    assertThat(receiver.awaitLines(1)).containsExactly("1 contact.created");
  }

  private boolean listens() {
    try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      return socket.isConnected();
    } catch (IOException _) {
      return false;
    }
  }

  private java.util.Optional<Integer> status(String endpoint) {
    return await()
        .atMost(PATIENCE)
        .until(() -> client.webhookEndpoints().listAttempts(endpoint).data(), a -> !a.isEmpty())
        .stream()
        .map(WebhookAttempt::responseStatus)
        .findFirst()
        .orElseThrow();
  }

  private void happen(String name) {
    client.contacts().create(CreateContactRequest.builder().name(name).build());
  }

  private Map<String, String> environment() {
    return Map.of("CHATFLOW_WEBHOOK_SECRET", secret, "PORT", String.valueOf(port));
  }

  private static String snippet(String language) throws IOException {
    return snippets(language).getFirst();
  }

  private static String snippetWith(String word) throws IOException {
    return snippets("sh").stream().filter(code -> code.contains(word)).findFirst().orElseThrow();
  }

  private static List<String> snippets(String language) throws IOException {
    return Pattern.compile("(?sm)^```" + language + "\n(.*?)^```$")
        .matcher(Files.readString(PAGE))
        .results()
        .map(match -> match.group(1))
        .toList();
  }
}
