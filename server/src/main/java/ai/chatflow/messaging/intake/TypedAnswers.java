package ai.chatflow.messaging.intake;

import ai.chatflow.api.model.MessageContent;
import ai.chatflow.api.model.MessageContext;
import ai.chatflow.api.model.TextContent;
import ai.chatflow.channels.InboundUpdate.MessageIn;
import ai.chatflow.channels.InboundUpdate.Origin;
import ai.chatflow.content.Fallback;
import ai.chatflow.platform.db.WorkspaceTx;
import ai.chatflow.platform.ids.ConversationId;
import ai.chatflow.platform.ids.MessageId;
import ai.chatflow.platform.json.Json;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// Reads what people type as an answer to what they could choose from: where buttons and lists
/// arrive as text, a number or a title is the choice, as if it had been pressed. Only what was said
/// to them last counts.
final class TypedAnswers {
  /// The last of a conversation come by its index; whoever writes more than that without being
  /// answered answers nothing. What was never sent was not read.
  private static final String ASKED =
      """
      select w.conversation, last.id, last.content, last.provider_id
      from unnest(:conversations) as w (conversation)
      cross join lateral (
        select recent.id, recent.content, recent.adapted, recent.provider_id
        from (
          select m.id, m.direction, m.status, m.content, m.adapted, m.provider_id
          from message m
          where m.workspace_id = :workspace and m.conversation_id = w.conversation
          order by m.id desc limit 10) recent
        where recent.direction = 'outbound'
          and recent.status in ('sent', 'delivered', 'read', 'unknown')
        order by recent.id desc limit 1) last
      where last.adapted is not null
      """;

  /// A question that was sent in another form.
  private record Question(MessageId id, MessageContent content, @Nullable String providerId) {}

  private TypedAnswers() {}

  /// The same messages; those that answer a question say so.
  static List<Located> read(WorkspaceTx tx, List<Located> located) {
    var typed = located.stream().filter(TypedAnswers::mayAnswer).toList();
    if (typed.isEmpty()) {
      return located;
    }
    var questions = asked(tx, typed);
    return questions.isEmpty()
        ? located
        : located.stream().map(item -> answered(item, questions)).toList();
  }

  private static boolean mayAnswer(Located item) {
    var message = item.arrival().message();
    return message.origin() == Origin.CONTACT
        && message.content() instanceof TextContent
        && Fallback.asksInText(item.arrival().can());
  }

  private static Map<ConversationId, Question> asked(WorkspaceTx tx, List<Located> typed) {
    var questions = new HashMap<ConversationId, Question>();
    tx.handle()
        .createQuery(ASKED)
        .bind("workspace", tx.workspace())
        .bindArray(
            "conversations",
            ConversationId.class,
            typed.stream().map(item -> item.conversation().id()).distinct().toArray())
        .map(
            (row, _) ->
                questions.put(
                    new ConversationId(row.getObject("conversation", UUID.class)), question(row)))
        .list();
    return questions;
  }

  private static Question question(ResultSet row) throws SQLException {
    return new Question(
        new MessageId(row.getObject("id", UUID.class)),
        Json.read(row.getString("content"), MessageContent.class),
        row.getString("provider_id"));
  }

  private static Located answered(Located item, Map<ConversationId, Question> questions) {
    var question = questions.get(item.conversation().id());
    var message = item.arrival().message();
    if (question == null
        || !mayAnswer(item)
        || !(message.content() instanceof TextContent said)
        || quotesAnother(message, question)) {
      return item;
    }
    return Fallback.answer(question.content(), said.text())
        .map(answer -> item.with(saying(message, answer, question)))
        .orElse(item);
  }

  private static boolean quotesAnother(MessageIn message, Question question) {
    return message.replyToProviderId() != null
        && !message.replyToProviderId().equals(question.providerId());
  }

  private static MessageIn saying(MessageIn message, MessageContent answer, Question question) {
    var context =
        message.context() == null ? MessageContext.builder() : message.context().toBuilder();
    return new MessageIn(
        message.providerId(),
        message.at(),
        message.party(),
        message.origin(),
        answer,
        context.replyToMessageId(question.id()).build(),
        message.replyToProviderId(),
        message.group(),
        message.status());
  }
}
