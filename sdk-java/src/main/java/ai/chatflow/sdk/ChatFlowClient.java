package ai.chatflow.sdk;

import ai.chatflow.sdk.api.ApiKeysApi;
import ai.chatflow.sdk.api.ChannelsApi;
import ai.chatflow.sdk.api.ContactsApi;
import ai.chatflow.sdk.api.ConversationsApi;
import ai.chatflow.sdk.api.EventsApi;
import ai.chatflow.sdk.api.FlowSessionsApi;
import ai.chatflow.sdk.api.FlowsApi;
import ai.chatflow.sdk.api.MediaApi;
import ai.chatflow.sdk.api.MessageTemplatesApi;
import ai.chatflow.sdk.api.MessagesApi;
import ai.chatflow.sdk.api.OperationsApi;
import ai.chatflow.sdk.api.SandboxApi;
import ai.chatflow.sdk.api.WebhookEndpointsApi;
import ai.chatflow.sdk.api.WorkspacesApi;
import ai.chatflow.sdk.core.Settings;
import ai.chatflow.sdk.core.Transport;
import ai.chatflow.sdk.model.Me;
import org.jspecify.annotations.Nullable;

/// The way into the API. Immutable and safe for use by many threads: make one and keep it.
///
/// ```java
/// ChatFlowClient client = ChatFlowClient.fromEnv();
/// for (Contact contact : client.contacts().list(p -> p.tag("vip")).autoPage()) { … }
/// ```
public final class ChatFlowClient {
  private final Transport transport;
  private final ChatFlowAsyncClient async;
  private final @Nullable Webhooks webhooks;

  ChatFlowClient(Settings settings, @Nullable Webhooks webhooks) {
    this.transport = new Transport(settings);
    this.async = new ChatFlowAsyncClient(settings);
    this.webhooks = webhooks;
  }

  public static ChatFlowClientBuilder builder() {
    return new ChatFlowClientBuilder();
  }

  /// With `CHATFLOW_API_KEY`, `CHATFLOW_BASE_URL` and, if it is set, `CHATFLOW_WEBHOOK_SECRET`.
  public static ChatFlowClient fromEnv() {
    return builder().environment(System.getenv()).build();
  }

  /// The same for those who do not wait.
  public ChatFlowAsyncClient async() {
    return async;
  }

  /// Who is asking: the key, its workspace and what it may do.
  public Me me() {
    return workspaces().me();
  }

  public WorkspacesApi workspaces() {
    return new WorkspacesApi(transport);
  }

  public ApiKeysApi apiKeys() {
    return new ApiKeysApi(transport);
  }

  public ChannelsApi channels() {
    return new ChannelsApi(transport);
  }

  /// The simulated handset of a sandbox channel.
  public SandboxApi sandbox() {
    return new SandboxApi(transport);
  }

  public ContactsApi contacts() {
    return new ContactsApi(transport);
  }

  public ConversationsApi conversations() {
    return new ConversationsApi(transport);
  }

  public MessagesApi messages() {
    return new MessagesApi(transport);
  }

  /// What providers review before it may be sent.
  public MessageTemplatesApi messageTemplates() {
    return new MessageTemplatesApi(transport);
  }

  /// Files that messages carry.
  public MediaApi media() {
    return new MediaApi(transport);
  }

  public FlowsApi flows() {
    return new FlowsApi(transport);
  }

  public FlowSessionsApi flowSessions() {
    return new FlowSessionsApi(transport);
  }

  public EventsApi events() {
    return new EventsApi(transport);
  }

  public WebhookEndpointsApi webhookEndpoints() {
    return new WebhookEndpointsApi(transport);
  }

  /// Work that takes longer than a request, and the wait for its end.
  public OperationsApi operations() {
    return new OperationsApi(transport);
  }

  /// Checks what ChatFlow posts to you. It makes no request: [Webhooks] works without a client too.
  ///
  /// @throws IllegalStateException when the client was built without a webhook key
  public Webhooks webhooks() {
    if (webhooks == null) {
      throw Webhooks.noKey();
    }
    return webhooks;
  }
}
