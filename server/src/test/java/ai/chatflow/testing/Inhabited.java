package ai.chatflow.testing;

import static org.awaitility.Awaitility.await;

import ai.chatflow.sdk.ChatFlowClient;
import ai.chatflow.sdk.Upload;
import ai.chatflow.sdk.model.CreateApiKeyRequest;
import ai.chatflow.sdk.model.CreateChannelRequest;
import ai.chatflow.sdk.model.CreateContactRequest;
import ai.chatflow.sdk.model.CreateFlowRequest;
import ai.chatflow.sdk.model.CreateMessageTemplateRequest;
import ai.chatflow.sdk.model.CreateSandboxMessageRequest;
import ai.chatflow.sdk.model.CreateWebhookEndpointRequest;
import ai.chatflow.sdk.model.EndNode;
import ai.chatflow.sdk.model.FlowDefinition;
import ai.chatflow.sdk.model.FlowSession;
import ai.chatflow.sdk.model.KeywordTrigger;
import ai.chatflow.sdk.model.Message;
import ai.chatflow.sdk.model.MessageRecipient;
import ai.chatflow.sdk.model.MessageStatus;
import ai.chatflow.sdk.model.MessageTemplateBody;
import ai.chatflow.sdk.model.MessageTemplateCategory;
import ai.chatflow.sdk.model.OperationStatus;
import ai.chatflow.sdk.model.QuestionNode;
import ai.chatflow.sdk.model.RecoverWebhookEndpointRequest;
import ai.chatflow.sdk.model.SandboxConfigInput;
import ai.chatflow.sdk.model.SendMessageRequest;
import ai.chatflow.sdk.model.TextContent;
import ai.chatflow.sdk.model.WhatsAppCloudConfigInput;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// A workspace in which there is one of everything, made through the API: a key, a sandbox channel,
/// a contact known as `4711`, a conversation, messages in the states that operations ask for, a
/// published flow and a session of it.
public final class Inhabited {
  /// The number of the contact; the same as in the examples of the contract.
  public static final String PHONE = "+16505551234";

  /// What is sent to this number is never heard of again.
  private static final String LOST = "+16505550006";

  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final ChatFlowClient client;
  private final Map<String, String> ids = new HashMap<>();

  private Inhabited(ChatFlowClient client) {
    this.client = client;
  }

  /// Settles a workspace.
  public static Inhabited settle(ChatFlowClient client) {
    var settled = new Inhabited(client);
    settled.people();
    settled.messages();
    settled.flows();
    settled.webhooks();
    settled.templates();
    settled.files();
    return settled;
  }

  /// The id of what is here of a kind: `chn`, `con`, `cnv`, `msg` (inbound), `flw`, `fls`, `key`,
  /// `wsp`, `whe` (disabled), `opr` (succeeded), `tpl` (a draft), `med`; the messages `sent`,
  /// `scheduled` and `unknown`; and the `number`, a WhatsApp channel whose token is none.
  public String id(String kind) {
    var id = ids.get(kind);
    if (id == null) {
      throw new AssertionError("there is no " + kind + " here");
    }
    return id;
  }

  private void people() {
    ids.put("wsp", client.me().workspace().id());
    var key = CreateApiKeyRequest.builder().name("Spare").scopes(List.of("contacts:read")).build();
    ids.put("key", client.apiKeys().create(key).apiKey().id());
    ids.put("chn", sandbox(client, "Playground"));
    var contact = CreateContactRequest.builder().externalId("4711").phone(PHONE).build();
    ids.put("con", client.contacts().create(contact).id());
  }

  private void messages() {
    var inbound = write(client, id("chn"), PHONE, "Is it blue?");
    ids.put("msg", inbound.id());
    ids.put("cnv", inbound.conversationId());
    var sent = client.messages().send(text(id("chn"), PHONE, "It is.").build());
    ids.put("sent", sent.id());
    var later = inbound.createdAt().plus(1, ChronoUnit.DAYS);
    var scheduled = text(id("chn"), PHONE, "Later.").scheduledAt(later).build();
    ids.put("scheduled", client.messages().send(scheduled).id());
    ids.put("unknown", client.messages().send(text(id("chn"), LOST, "Lost?").build()).id());
  }

  private void flows() {
    var ask = QuestionNode.builder().id("ask").text("Who?").variable("name").next("done").build();
    var definition =
        FlowDefinition.builder()
            .start("ask")
            .nodes(List.of(ask, EndNode.builder().id("done").build()))
            .triggers(List.of(KeywordTrigger.builder().keywords(List.of("settle")).build()))
            .build();
    var request = CreateFlowRequest.builder().name("Settled").definition(definition).build();
    var flow = client.flows().create(request).id();
    client.flows().publish(flow);
    ids.put("flw", flow);
    write(client, id("chn"), PHONE, "settle");
    var session =
        await("a session of the flow")
            .atMost(PATIENCE)
            .pollInterval(Duration.ofMillis(50))
            .until(() -> client.flowSessions().list(p -> p.flowId(flow)).data(), s -> !s.isEmpty());
    ids.put("fls", session.stream().map(FlowSession::id).findFirst().orElseThrow());
  }

  private void webhooks() {
    var request =
        CreateWebhookEndpointRequest.builder().url("https://shop.example.com/chatflow").build();
    var endpoint = client.webhookEndpoints().create(request).webhookEndpoint().id();
    client.webhookEndpoints().disable(endpoint);
    ids.put("whe", endpoint);
    var since = RecoverWebhookEndpointRequest.builder().since(Instant.EPOCH).build();
    var recovered = client.webhookEndpoints().recover(endpoint, since);
    ids.put("opr", client.operations().wait(recovered, w -> w.timeout(PATIENCE)).id());
  }

  private void templates() {
    var config =
        WhatsAppCloudConfigInput.builder()
            .phoneNumberId("990")
            .wabaId("991")
            .appId("992")
            .accessToken("nobodys")
            .appSecret("settled")
            .verifyToken("settled")
            .build();
    var number = CreateChannelRequest.builder().name("Number").config(config).build();
    ids.put("number", client.channels().create(number).id());
    var request =
        CreateMessageTemplateRequest.builder()
            .channelId(id("number"))
            .name("settled")
            .language("en_US")
            .category(MessageTemplateCategory.UTILITY)
            .components(List.of(MessageTemplateBody.builder().text("Settled.").build()))
            .build();
    var submitted = client.messageTemplates().create(request);
    ids.put("tpl", submitted.resourceId().orElseThrow());
    await("the provider's refusal")
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(50))
        .until(
            () -> client.operations().get(submitted.id()).status(), OperationStatus.FAILED::equals);
  }

  private void files() {
    var hours = "Opening hours: 8 to 6.".getBytes(StandardCharsets.UTF_8);
    ids.put("med", client.media().create(Upload.of("hours.txt", "text/plain", hours)).id());
  }

  /// Waits until a message stands as a test needs it.
  public static Message awaitStatus(ChatFlowClient client, String message, MessageStatus status) {
    return await("status " + status.value())
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(50))
        .until(() -> client.messages().get(message), m -> m.status().equals(status));
  }

  /// Waits until so many events are published.
  public static void awaitEvents(ChatFlowClient client, int count) {
    await("events")
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(50))
        .until(() -> client.events().list(p -> p.limit(100)).data().size() >= count);
  }

  /// A new sandbox channel.
  public static String sandbox(ChatFlowClient client, String name) {
    var config = SandboxConfigInput.builder().build();
    return client
        .channels()
        .create(CreateChannelRequest.builder().name(name).config(config).build())
        .id();
  }

  /// Writes as a person.
  public static Message write(ChatFlowClient client, String channel, String from, String text) {
    return client
        .sandbox()
        .createMessage(
            channel,
            CreateSandboxMessageRequest.builder()
                .from(from)
                .content(TextContent.builder().text(text).build())
                .build());
  }

  /// A text to a number.
  public static SendMessageRequest.Builder text(String channel, String phone, String text) {
    return SendMessageRequest.builder()
        .channelId(channel)
        .to(MessageRecipient.builder().phone(phone).build())
        .content(TextContent.builder().text(text).build());
  }
}
