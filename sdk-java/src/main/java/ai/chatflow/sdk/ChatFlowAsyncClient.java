package ai.chatflow.sdk;

import ai.chatflow.sdk.api.ApiKeysAsyncApi;
import ai.chatflow.sdk.api.ChannelsAsyncApi;
import ai.chatflow.sdk.api.ContactsAsyncApi;
import ai.chatflow.sdk.api.ConversationsAsyncApi;
import ai.chatflow.sdk.api.EventsAsyncApi;
import ai.chatflow.sdk.api.FlowSessionsAsyncApi;
import ai.chatflow.sdk.api.FlowsAsyncApi;
import ai.chatflow.sdk.api.MediaAsyncApi;
import ai.chatflow.sdk.api.MessageTemplatesAsyncApi;
import ai.chatflow.sdk.api.MessagesAsyncApi;
import ai.chatflow.sdk.api.OperationsAsyncApi;
import ai.chatflow.sdk.api.SandboxAsyncApi;
import ai.chatflow.sdk.api.WebhookEndpointsAsyncApi;
import ai.chatflow.sdk.api.WorkspacesAsyncApi;
import ai.chatflow.sdk.core.AsyncTransport;
import ai.chatflow.sdk.core.Settings;
import ai.chatflow.sdk.model.Me;
import java.util.concurrent.CompletableFuture;

/// [ChatFlowClient] for those who do not wait: the same resources, each answer a future.
///
/// A future fails with what the other client would throw; `join` wraps it in a
/// `CompletionException`. To cancel a future ends its request and the retries to come.
public final class ChatFlowAsyncClient {
  private final AsyncTransport transport;

  ChatFlowAsyncClient(Settings settings) {
    this.transport = new AsyncTransport(settings);
  }

  /// Who is asking: the key, its workspace and what it may do.
  public CompletableFuture<Me> me() {
    return workspaces().me();
  }

  public WorkspacesAsyncApi workspaces() {
    return new WorkspacesAsyncApi(transport);
  }

  public ApiKeysAsyncApi apiKeys() {
    return new ApiKeysAsyncApi(transport);
  }

  public ChannelsAsyncApi channels() {
    return new ChannelsAsyncApi(transport);
  }

  /// The simulated handset of a sandbox channel.
  public SandboxAsyncApi sandbox() {
    return new SandboxAsyncApi(transport);
  }

  public ContactsAsyncApi contacts() {
    return new ContactsAsyncApi(transport);
  }

  public ConversationsAsyncApi conversations() {
    return new ConversationsAsyncApi(transport);
  }

  public MessagesAsyncApi messages() {
    return new MessagesAsyncApi(transport);
  }

  /// What providers review before it may be sent.
  public MessageTemplatesAsyncApi messageTemplates() {
    return new MessageTemplatesAsyncApi(transport);
  }

  /// Files that messages carry.
  public MediaAsyncApi media() {
    return new MediaAsyncApi(transport);
  }

  public FlowsAsyncApi flows() {
    return new FlowsAsyncApi(transport);
  }

  public WebhookEndpointsAsyncApi webhookEndpoints() {
    return new WebhookEndpointsAsyncApi(transport);
  }

  /// Work that takes longer than a request, and the wait for its end.
  public OperationsAsyncApi operations() {
    return new OperationsAsyncApi(transport);
  }

  public FlowSessionsAsyncApi flowSessions() {
    return new FlowSessionsAsyncApi(transport);
  }

  public EventsAsyncApi events() {
    return new EventsAsyncApi(transport);
  }
}
