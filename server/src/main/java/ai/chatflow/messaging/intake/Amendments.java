package ai.chatflow.messaging.intake;

import ai.chatflow.channels.Channel;
import ai.chatflow.channels.InboundUpdate.EditIn;
import ai.chatflow.channels.InboundUpdate.RevokeIn;
import ai.chatflow.messaging.MessageEvents;
import ai.chatflow.messaging.MessageStore;
import ai.chatflow.messaging.ProviderRefStore;
import ai.chatflow.platform.db.WorkspaceTx;
import ai.chatflow.platform.events.EventType;
import ai.chatflow.platform.ids.MessageId;
import java.util.List;
import java.util.Optional;

/// Messages that were edited or taken back. One that is not known here has nothing to change.
final class Amendments {
  private final MessageEvents events;
  private final MessageStore messages = new MessageStore();
  private final ProviderRefStore refs = new ProviderRefStore();

  Amendments(MessageEvents events) {
    this.events = events;
  }

  void edit(WorkspaceTx tx, Channel channel, EditIn edit) {
    find(tx, channel, edit.providerId())
        .flatMap(id -> messages.edit(tx, id, edit.content(), edit.at()))
        .ifPresent(message -> events.append(tx, EventType.MESSAGE_EDITED, message));
  }

  void revoke(WorkspaceTx tx, Channel channel, RevokeIn revoke) {
    find(tx, channel, revoke.providerId())
        .flatMap(id -> messages.markDeleted(tx, id, revoke.at()))
        .ifPresent(message -> events.append(tx, EventType.MESSAGE_DELETED, message));
  }

  private Optional<MessageId> find(WorkspaceTx tx, Channel channel, String providerId) {
    var key = new ProviderRefStore.Key(channel.id(), providerId);
    return Optional.ofNullable(refs.messages(tx, List.of(key)).get(key));
  }
}
