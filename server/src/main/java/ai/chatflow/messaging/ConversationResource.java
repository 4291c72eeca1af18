package ai.chatflow.messaging;

import ai.chatflow.api.ConversationsApi;
import ai.chatflow.api.model.ConversationPage;
import ai.chatflow.api.model.ConversationStatus;
import ai.chatflow.platform.context.RequestContext;
import ai.chatflow.platform.http.ETags;
import ai.chatflow.platform.http.Pages;
import ai.chatflow.platform.ids.ChannelId;
import ai.chatflow.platform.ids.ContactId;
import ai.chatflow.platform.ids.ConversationId;
import java.time.InstantSource;

/// `/v1/conversations`.
public final class ConversationResource implements ConversationsApi {
  private final ConversationService conversations;
  private final Pages pages;
  private final InstantSource clock;

  ConversationResource(ConversationService conversations, Pages pages, InstantSource clock) {
    this.conversations = conversations;
    this.pages = pages;
    this.clock = clock;
  }

  @Override
  public ConversationPage listConversations(
      Integer limit,
      String cursor,
      ContactId contactId,
      ChannelId channelId,
      ConversationStatus status) {
    var request = pages.request("conversations", limit, cursor, contactId, channelId, status);
    var now = clock.instant();
    return request.answer(
        conversations.list(
            RequestContext.current().workspace(),
            new ConversationStore.Filter(contactId, channelId, status),
            request.page()),
        conversation -> MessagingMapper.toApi(conversation, now),
        (data, more, next) ->
            new ConversationPage(ConversationPage.ObjectEnum.LIST, data, more, next));
  }

  @Override
  public ai.chatflow.api.model.Conversation getConversation(ConversationId id) {
    var conversation = conversations.get(RequestContext.current().workspace(), id);
    ETags.show(conversation.version());
    return MessagingMapper.toApi(conversation, clock.instant());
  }
}
