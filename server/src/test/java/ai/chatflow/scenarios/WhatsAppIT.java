package ai.chatflow.scenarios;

import static ai.chatflow.scenarios.Refusals.refusal;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ai.chatflow.sdk.ChatFlowClient;
import ai.chatflow.sdk.Upload;
import ai.chatflow.sdk.model.Channel;
import ai.chatflow.sdk.model.ChannelStatus;
import ai.chatflow.sdk.model.CreateChannelRequest;
import ai.chatflow.sdk.model.CtaUrlContent;
import ai.chatflow.sdk.model.DocumentContent;
import ai.chatflow.sdk.model.Message;
import ai.chatflow.sdk.model.MessageErrorCode;
import ai.chatflow.sdk.model.MessageStatus;
import ai.chatflow.sdk.model.ProblemCode;
import ai.chatflow.sdk.model.TemplateContent;
import ai.chatflow.sdk.model.TextContent;
import ai.chatflow.sdk.model.UpdateChannelRequest;
import ai.chatflow.sdk.model.WhatsAppCloudConfigInput;
import ai.chatflow.testing.Inhabited;
import ai.chatflow.testing.TestServer;
import ai.chatflow.testing.TestWorkspace;
import ai.chatflow.testing.whatsapp.Fault;
import ai.chatflow.testing.whatsapp.GraphLog;
import ai.chatflow.testing.whatsapp.GraphSimulator;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// WhatsApp, with a simulated Graph API at the other end.
class WhatsAppIT {
  @RegisterExtension static final TestWorkspace WORKSPACE = new TestWorkspace();

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final AtomicInteger COUNT = new AtomicInteger();

  private static ChatFlowClient client;
  private static GraphSimulator graph;
  private static Channel channel;
  private static URI hook;

  @BeforeAll
  static void connect() {
    client = WORKSPACE.client();
    graph = WORKSPACE.server().graph();
    var account = TestServer.ACCOUNT;
    channel =
        client
            .channels()
            .create(
                CreateChannelRequest.builder()
                    .name("Shop number")
                    .config(
                        WhatsAppCloudConfigInput.builder()
                            .phoneNumberId(account.phoneNumberId())
                            .wabaId(account.wabaId())
                            .appId("634974688087057")
                            .accessToken(account.token())
                            .appSecret(account.appSecret())
                            .verifyToken("a-long-random-word")
                            .build())
                    .build());
    hook = URI.create(channel.webhookUrl().orElseThrow().toString());
  }

  @Test
  void metaSubscribesWithTheVerifyToken() {
    var right = subscribe("a-long-random-word");
    var wrong = subscribe("a-guess");

    assertThat(right.status()).isEqualTo(200);
    assertThat(right.body().asText()).isEqualTo("1158201444");
    assertThat(wrong.status()).isEqualTo(403);
    assertThat(wrong.code()).isEqualTo("permission_denied");
  }

  @Test
  void nothingButATemplateIsSentToSomeoneWhoHasNotWritten() {
    var request = Inhabited.text(channel.id(), "+16505557000", "Hello?").build();
    var template = TemplateContent.builder().name("hello_world").language("en_US").build();

    refusal(422, ProblemCode.WINDOW_CLOSED, () -> client.messages().send(request));
    var sent = client.messages().send(request.toBuilder().content(template).build());
    var accepted = Inhabited.awaitStatus(client, sent.id(), MessageStatus.SENT);

    assertThat(accepted.providerMessageId()).isPresent();
    assertThat(body(sent).path("template").path("name").asText()).isEqualTo("hello_world");
  }

  @Test
  void aFileOfTheWorkspaceGoesAsALinkThatMetaCanFetch() throws Exception {
    received("16505557044", "The receipt?");
    var pdf = "%PDF-1.7".getBytes(StandardCharsets.US_ASCII);
    var media = client.media().create(Upload.of("receipt.pdf", "application/pdf", pdf));
    var document = DocumentContent.builder().mediaId(media.id()).build();

    var sent =
        client
            .messages()
            .send(Inhabited.text(channel.id(), "+16505557044", "-").content(document).build());
    Inhabited.awaitStatus(client, sent.id(), MessageStatus.SENT);

    assertThat(body(sent).path("document").path("filename").asText()).isEqualTo("receipt.pdf");
    var link = URI.create(body(sent).path("document").path("link").asText());
    var fetched = WORKSPACE.http().get(link.getRawPath() + "?" + link.getRawQuery());
    assertThat(fetched.asByteArray()).isEqualTo(pdf);
  }

  @Test
  void whoHasWrittenGetsAnAnswer() throws Exception {
    var inbound = received("16505557001", "Is it blue?");
    var conversation = client.conversations().get(inbound.conversationId());
    assertThat(conversation.window().open()).isTrue();

    var sent =
        client
            .messages()
            .send(
                Inhabited.text(channel.id(), "+16505557001", "It is.")
                    .replyToMessageId(inbound.id())
                    .build());
    var accepted = Inhabited.awaitStatus(client, sent.id(), MessageStatus.SENT);

    assertThat(body(sent).path("text").path("body").asText()).isEqualTo("It is.");
    assertThat(body(sent).path("context").path("message_id").asText())
        .isEqualTo(inbound.providerMessageId().orElseThrow());
    var status =
        graph
            .webhooks()
            .status(
                accepted.providerMessageId().orElseThrow(),
                sent.id(),
                "16505557001",
                WORKSPACE.server().now().getEpochSecond(),
                "read");
    assertThat(graph.webhooks().post(hook, status)).isEqualTo(200);
    Inhabited.awaitStatus(client, sent.id(), MessageStatus.READ);
  }

  @Test
  void aWebhookWithAWrongSignatureIs401AndStoresNothing() throws Exception {
    var before = client.messages().list(p -> p.channelId(channel.id()).limit(100)).data().size();
    var forged = text("16505557002", "Forged");

    var answer =
        WORKSPACE
            .raw()
            .call("POST", hook.getPath())
            .header("X-Hub-Signature-256", "sha256=" + "0".repeat(64))
            .body("application/json", forged)
            .send();
    var unsigned =
        WORKSPACE.raw().call("POST", hook.getPath()).body("application/json", forged).send();

    assertThat(answer.status()).isEqualTo(401);
    assertThat(answer.code()).isEqualTo("invalid_signature");
    assertThat(unsigned.status()).isEqualTo(401);
    received("16505557003", "Genuine");
    assertThat(client.messages().list(p -> p.channelId(channel.id()).limit(100)).data())
        .hasSize(before + 1);
  }

  @Test
  void aWebhookThatComesTwiceIsOneMessage() throws Exception {
    var webhook = text("16505557004", "Twice");
    for (int i = 0; i < 3; i++) {
      assertThat(graph.webhooks().post(hook, webhook)).isEqualTo(200);
    }

    var contact = client.contacts().list(p -> p.phone("+16505557004")).data().getFirst();
    assertThat(client.messages().list(p -> p.contactId(contact.id())).data()).hasSize(1);
  }

  @Test
  void aLostAnswerIsSettledByTheProvidersEchoAndNeverSentTwice() throws Exception {
    received("16505557005", "Hello");
    graph.next(new Fault.DropAfterAccepting());

    var sent =
        client.messages().send(Inhabited.text(channel.id(), "+16505557005", "Lost answer").build());
    var accepted =
        await()
            .atMost(Duration.ofSeconds(15))
            .until(() -> accepted(sent), list -> !list.isEmpty())
            .getFirst();
    var status =
        graph
            .webhooks()
            .status(
                accepted.wamid(),
                sent.id(),
                "16505557005",
                WORKSPACE.server().now().getEpochSecond(),
                "delivered");
    assertThat(graph.webhooks().post(hook, status)).isEqualTo(200);

    var settled = Inhabited.awaitStatus(client, sent.id(), MessageStatus.DELIVERED);
    assertThat(settled.providerMessageId()).contains(accepted.wamid());
    assertThat(accepted(sent)).hasSize(1);
  }

  @Test
  void whatTheProviderRefusesFailsWithItsCode() throws Exception {
    received("16505557006", "Hello");
    graph.next(new Fault.Refuse(400, 131_026, 0));

    var sent =
        client.messages().send(Inhabited.text(channel.id(), "+16505557006", "Anyone?").build());
    var failed = Inhabited.awaitStatus(client, sent.id(), MessageStatus.FAILED);

    assertThat(failed.error().orElseThrow().code())
        .isEqualTo(MessageErrorCode.RECIPIENT_UNREACHABLE);
    assertThat(failed.error().orElseThrow().providerCode()).contains("131026");
  }

  @Test
  void aProviderThatIsTooBusyIsAskedAgain() throws Exception {
    received("16505557007", "Hello");
    graph.next(new Fault.Refuse(429, 130_429, 1), new Fault.Gateway(503));

    var sent =
        client.messages().send(Inhabited.text(channel.id(), "+16505557007", "Later").build());

    Inhabited.awaitStatus(client, sent.id(), MessageStatus.SENT);
    assertThat(accepted(sent)).hasSize(1);
  }

  @Test
  void aNumberThatTheProviderTurnsAwaySendsNothingUntilItsTokenIsMended() {
    var config =
        WhatsAppCloudConfigInput.builder()
            .phoneNumberId("700100200300401")
            .wabaId("800100200300401")
            .appId("634974688087057")
            .accessToken("expired");
    var broken =
        client
            .channels()
            .create(CreateChannelRequest.builder().name("Broken").config(config.build()).build());
    var template = TemplateContent.builder().name("hello_world").language("en_US").build();
    var request = Inhabited.text(broken.id(), "+16505557009", "").content(template).build();
    client.messages().send(request);
    await()
        .atMost(Duration.ofSeconds(15))
        .until(
            () -> client.channels().get(broken.id()).status(), ChannelStatus.DISCONNECTED::equals);

    refusal(409, ProblemCode.CHANNEL_NOT_CONNECTED, () -> client.messages().send(request));

    client
        .channels()
        .update(
            broken.id(),
            UpdateChannelRequest.builder().config(config.accessToken("fresh").build()).build());
    assertThat(client.channels().get(broken.id()).status()).isEqualTo(ChannelStatus.CONNECTED);
  }

  @Test
  void contentThatWhatsAppCannotCarryIsRefused() throws Exception {
    received("16505557008", "Hello");
    var content =
        CtaUrlContent.builder()
            .text("Look")
            .displayText("A label that is far longer than WhatsApp allows it to be")
            .url("https://example.com")
            .build();
    var request = Inhabited.text(channel.id(), "+16505557008", "").content(content).build();

    var refusal =
        org.assertj.core.api.Assertions.catchThrowableOfType(
            ai.chatflow.sdk.errors.ValidationException.class,
            () -> client.messages().send(request));

    assertThat(refusal.errors()).isNotEmpty();
  }

  private static ai.chatflow.testing.RawHttp.Answer subscribe(String token) {
    var query = "?hub.mode=subscribe&hub.challenge=1158201444&hub.verify_token=" + token;
    return WORKSPACE.raw().call("GET", hook.getPath() + query).send();
  }

  private static JsonNode text(String from, String text) {
    return graph
        .webhooks()
        .message(
            from,
            "wamid.IN" + COUNT.incrementAndGet(),
            WORKSPACE.server().now().getEpochSecond(),
            "text",
            JSON.createObjectNode().put("body", text));
  }

  private static Message received(String from, String text) throws Exception {
    assertThat(graph.webhooks().post(hook, text(from, text))).isEqualTo(200);
    var contact = client.contacts().list(p -> p.phone("+" + from)).data().getFirst();
    var stored = client.messages().list(p -> p.contactId(contact.id())).data().getFirst();
    assertThat(((TextContent) stored.content()).text()).isEqualTo(text);
    return stored;
  }

  private static List<GraphLog.Accepted> accepted(Message message) {
    return graph.log().accepted().stream()
        .filter(a -> a.callbackData().equals(message.id()))
        .toList();
  }

  private static JsonNode body(Message message) {
    try {
      return JSON.readTree(accepted(message).getFirst().body());
    } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
      throw new AssertionError(e);
    }
  }
}
