package ai.chatflow.channels;

import ai.chatflow.platform.ids.ChannelId;
import ai.chatflow.platform.ids.WorkspaceId;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What a provider said about one channel, in its order.
///
/// @param channel null for a notice about an account that no channel of the workspace belongs to
/// @param provider the provider's name in events, such as `whatsapp_cloud`
public record ChannelUpdates(
    WorkspaceId workspace,
    @Nullable ChannelId channel,
    String provider,
    List<InboundUpdate> updates) {
  public ChannelUpdates {
    updates = List.copyOf(updates);
  }
}
