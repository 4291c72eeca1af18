package ai.chatflow.messaging.intake;

import ai.chatflow.api.model.Message;
import ai.chatflow.channels.InboundUpdate.EditIn;
import ai.chatflow.channels.InboundUpdate.RevokeIn;
import ai.chatflow.messaging.MessageEvents;
import ai.chatflow.messaging.MessageStore;
import ai.chatflow.messaging.ProviderRefStore;
import ai.chatflow.platform.db.WorkspaceTx;
import ai.chatflow.platform.events.EventType;
import ai.chatflow.platform.ids.ChannelId;
import ai.chatflow.platform.ids.MessageId;
import ai.chatflow.platform.json.Json;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Messages that were edited or taken back. What comes before its message waits in the reference to
/// the provider's id.
final class Amendments {
  private final MessageEvents events;
  private final MessageStore messages = new MessageStore();
  private final ProviderRefStore refs = new ProviderRefStore();

  Amendments(MessageEvents events) {
    this.events = events;
  }

  void edit(WorkspaceTx tx, ChannelId channel, EditIn edit) {
    var key = new ProviderRefStore.Key(channel, edit.providerId());
    amend(tx, key, Amendment.edit(edit.content(), edit.at()));
  }

  void revoke(WorkspaceTx tx, ChannelId channel, RevokeIn revoke) {
    var key = new ProviderRefStore.Key(channel, revoke.providerId());
    amend(tx, key, Amendment.revocation(revoke.at()));
  }

  /// What came before these messages takes effect now that they are stored.
  void catchUp(WorkspaceTx tx, Collection<ProviderRefStore.Key> stored) {
    for (var key : stored) {
      var target = lock(tx, key);
      waiting(tx, key)
          .ifPresent(
              amendment -> {
                keep(tx, key, null);
                apply(tx, target, amendment);
              });
    }
  }

  private void amend(WorkspaceTx tx, ProviderRefStore.Key key, Amendment amendment) {
    var wanted = new TreeMap<ProviderRefStore.Key, @Nullable MessageId>();
    wanted.put(key, null);
    refs.insertMissing(tx, wanted);
    var target = lock(tx, key);
    if (target == null) {
      keep(tx, key, waiting(tx, key).map(amendment::join).orElse(amendment));
    } else {
      apply(tx, target, amendment);
    }
  }

  private @Nullable MessageId lock(WorkspaceTx tx, ProviderRefStore.Key key) {
    var ref = refs.lock(tx, List.of(key)).get(key);
    return ref == null ? null : ref.message();
  }

  private void apply(WorkspaceTx tx, @Nullable MessageId id, Amendment amendment) {
    if (id == null) {
      return;
    }
    var content = amendment.content();
    var editedAt = amendment.editedAt();
    if (content != null && editedAt != null) {
      say(tx, EventType.MESSAGE_EDITED, messages.edit(tx, id, content, editedAt));
    }
    var deletedAt = amendment.deletedAt();
    if (deletedAt != null) {
      say(tx, EventType.MESSAGE_DELETED, messages.markDeleted(tx, id, deletedAt));
    }
  }

  private void say(WorkspaceTx tx, EventType type, Optional<Message> changed) {
    changed.ifPresent(message -> events.append(tx, type, message));
  }

  private static Optional<Amendment> waiting(WorkspaceTx tx, ProviderRefStore.Key key) {
    return tx.handle()
        .createQuery(
            """
            select amendment from provider_ref
            where workspace_id = :workspace and channel_id = :channel
              and provider_id = :providerId and amendment is not null
            """)
        .bind("workspace", tx.workspace())
        .bind("channel", key.channel())
        .bind("providerId", key.providerId())
        .mapTo(String.class)
        .map(json -> Json.read(json, Amendment.class))
        .findOne();
  }

  private static void keep(
      WorkspaceTx tx, ProviderRefStore.Key key, @Nullable Amendment amendment) {
    tx.handle()
        .createUpdate(
            """
            update provider_ref set amendment = cast(:amendment as jsonb)
            where workspace_id = :workspace and channel_id = :channel
              and provider_id = :providerId
            """)
        .bind("workspace", tx.workspace())
        .bind("channel", key.channel())
        .bind("providerId", key.providerId())
        .bind("amendment", amendment == null ? null : Json.write(amendment))
        .execute();
  }
}
