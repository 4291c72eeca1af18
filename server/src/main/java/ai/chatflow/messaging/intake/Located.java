package ai.chatflow.messaging.intake;

import ai.chatflow.api.model.MessageDirection;
import ai.chatflow.api.model.MessageStatus;
import ai.chatflow.api.model.SystemContent;
import ai.chatflow.channels.InboundUpdate.MessageIn;
import ai.chatflow.channels.InboundUpdate.Origin;
import ai.chatflow.messaging.Conversation;
import ai.chatflow.messaging.intake.MessageIntake.Arrival;
import ai.chatflow.platform.ids.ContactId;
import ai.chatflow.platform.ids.MessageId;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// An arrival with its contact and its conversation.
record Located(
    Arrival arrival, MessageId id, @Nullable ContactId contact, Conversation conversation) {
  /// The same place with another message.
  Located with(MessageIn message) {
    return new Located(
        new Arrival(arrival.channel(), message, arrival.can()), id, contact, conversation);
  }

  MessageDirection direction() {
    return status() == MessageStatus.RECEIVED
        ? MessageDirection.INBOUND
        : MessageDirection.OUTBOUND;
  }

  MessageStatus status() {
    var message = arrival.message();
    return message.origin() == Origin.CONTACT
        ? MessageStatus.RECEIVED
        : Objects.requireNonNullElse(message.status(), MessageStatus.SENT);
  }

  /// What Meta says about a person opens no window, is not unread, and starts no flow.
  boolean fromPerson() {
    return arrival.message().origin() == Origin.CONTACT
        && !(arrival.message().content() instanceof SystemContent);
  }

  /// History is told to nobody: it happened before anyone listened.
  boolean told() {
    return arrival.message().origin() != Origin.HISTORY;
  }
}
