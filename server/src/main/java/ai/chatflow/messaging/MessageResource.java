package ai.chatflow.messaging;

import ai.chatflow.api.MessagesApi;
import ai.chatflow.api.model.MarkMessageReadRequest;
import ai.chatflow.api.model.Message;
import ai.chatflow.api.model.MessageDirection;
import ai.chatflow.api.model.MessagePage;
import ai.chatflow.api.model.MessageStatus;
import ai.chatflow.api.model.SendMessageBatchRequest;
import ai.chatflow.api.model.SendMessageBatchResult;
import ai.chatflow.api.model.SendMessageRequest;
import ai.chatflow.api.model.SendMessageResult;
import ai.chatflow.messaging.MessageSender.Verdict;
import ai.chatflow.platform.context.RequestContext;
import ai.chatflow.platform.http.ETags;
import ai.chatflow.platform.http.Pages;
import ai.chatflow.platform.http.Problems;
import ai.chatflow.platform.ids.ChannelId;
import ai.chatflow.platform.ids.ContactId;
import ai.chatflow.platform.ids.ConversationId;
import ai.chatflow.platform.ids.MessageId;

/// `/v1/messages`.
public final class MessageResource implements MessagesApi {
  /// Commits many requests at once, and sees to their keys itself.
  public static final String SEND = "POST /v1/messages";

  private final MessageService messages;
  private final SendGroup sends;
  private final Pages pages;
  private final Problems problems;

  MessageResource(MessageService messages, SendGroup sends, Pages pages, Problems problems) {
    this.messages = messages;
    this.sends = sends;
    this.pages = pages;
    this.problems = problems;
  }

  @Override
  public MessagePage listMessages(
      Integer limit,
      String cursor,
      ConversationId conversationId,
      ContactId contactId,
      ChannelId channelId,
      MessageStatus status,
      MessageDirection direction) {
    var request =
        pages.request(
            "messages", limit, cursor, conversationId, contactId, channelId, status, direction);
    return request.answer(
        messages.list(
            RequestContext.current().workspace(),
            new MessageStore.Filter(conversationId, contactId, channelId, status, direction),
            request.page()),
        MessagingMapper::shown,
        (data, more, next) -> new MessagePage(MessagePage.ObjectEnum.LIST, data, more, next));
  }

  @Override
  public Message sendMessage(SendMessageRequest body) {
    return sends.send(RequestContext.current().workspace(), body);
  }

  @Override
  public SendMessageBatchResult sendMessageBatch(SendMessageBatchRequest body) {
    var verdicts = messages.send(RequestContext.current().workspace(), body.messages());
    return new SendMessageBatchResult(
        SendMessageBatchResult.ObjectEnum.BATCH_RESULT,
        verdicts.stream().map(this::result).toList());
  }

  private SendMessageResult result(Verdict verdict) {
    return switch (verdict) {
      case Verdict.Accepted accepted -> new SendMessageResult(202, accepted.message(), null);
      case Verdict.Refused refused -> {
        var context = RequestContext.current();
        var problem = problems.of(refused.reason(), context.requestId(), context.path());
        yield new SendMessageResult(problem.status(), null, problem);
      }
    };
  }

  @Override
  public Message getMessage(MessageId id) {
    return shown(messages.get(RequestContext.current().workspace(), id));
  }

  @Override
  public Message cancelMessage(MessageId id) {
    return MessagingMapper.shown(messages.cancel(RequestContext.current().workspace(), id));
  }

  @Override
  public Message resendMessage(MessageId id) {
    return MessagingMapper.shown(messages.resend(RequestContext.current().workspace(), id));
  }

  @Override
  public Message markMessageRead(MessageId id, MarkMessageReadRequest body) {
    return messages.markRead(
        RequestContext.current().workspace(), id, Boolean.TRUE.equals(body.typing()));
  }

  /// Statuses move within a message, so the moment of its last change is its version.
  private static Message shown(Message message) {
    var updated = message.updatedAt();
    ETags.show(updated.getEpochSecond() * 1_000_000 + updated.getNano() / 1_000);
    return MessagingMapper.shown(message);
  }
}
