package ai.chatflow.channels;

import ai.chatflow.api.model.Message;
import ai.chatflow.platform.ids.ChannelId;
import ai.chatflow.platform.ids.MessageId;
import ai.chatflow.platform.ids.WorkspaceId;
import java.util.Optional;

/// Reads messages for the simulated provider, whose operations answer with them. `messaging`
/// implements it.
public interface StoredMessages {
  Optional<Message> byId(WorkspaceId workspace, MessageId id);

  /// The message that has this id at the provider of the channel.
  Optional<Message> byProviderId(WorkspaceId workspace, ChannelId channel, String providerId);
}
