package ai.chatflow.flows;

import ai.chatflow.api.model.MessageContent;
import ai.chatflow.api.model.MessageDirection;
import ai.chatflow.api.model.ReactionContent;
import ai.chatflow.api.model.SystemContent;
import ai.chatflow.contacts.Contact;
import ai.chatflow.flows.nodes.Person;
import ai.chatflow.messaging.InboundListener;
import ai.chatflow.messaging.InboundWork;
import ai.chatflow.messaging.MessageService;
import ai.chatflow.platform.db.WorkspaceTx;
import ai.chatflow.platform.ids.MessageId;
import java.util.List;
import java.util.Set;

/// Gives received messages to flows and sends what they answer, in the transaction of the message.
/// A reaction and a notice of the provider are no answers and start nothing.
final class FlowRunner implements InboundListener {
  private final SessionRunner sessions;
  private final MessageService messages;
  private final FlowInterest interest = new FlowInterest();

  FlowRunner(SessionRunner sessions, MessageService messages) {
    this.sessions = sessions;
    this.messages = messages;
  }

  @Override
  public Set<MessageId> wanted(WorkspaceTx tx, List<Candidate> candidates) {
    return interest.among(tx, candidates.stream().filter(c -> isSaid(c.content())).toList());
  }

  @Override
  public void onInbound(WorkspaceTx tx, InboundWork work) {
    MessageContent content = work.message().content();
    if (work.message().direction() != MessageDirection.INBOUND || !isSaid(content)) {
      return;
    }
    var conversation = work.conversation();
    var incoming =
        new Incoming(
            work.contact().id(),
            conversation.channel(),
            conversation.id(),
            person(work.contact()),
            content);
    sessions.receive(tx, incoming, reply -> messages.sendFromFlow(tx, conversation, reply));
  }

  private static boolean isSaid(MessageContent content) {
    return !(content instanceof ReactionContent) && !(content instanceof SystemContent);
  }

  private static Person person(Contact contact) {
    return new Person(
        contact.externalId(),
        contact.name(),
        contact.phone().orElse(null),
        contact.email().orElse(null),
        contact.language(),
        contact.tags(),
        contact.attributes());
  }
}
