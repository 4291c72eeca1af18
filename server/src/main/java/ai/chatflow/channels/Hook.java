package ai.chatflow.channels;

import ai.chatflow.platform.ids.ChannelId;
import ai.chatflow.platform.ids.HookId;
import ai.chatflow.platform.ids.WorkspaceId;
import java.util.Map;
import java.util.Optional;

/// Where one application of a provider posts its webhooks, and whom they are about.
///
/// @param provider the provider's name, as in `Channel.type`
/// @param app the application, as the provider names it
/// @param byAccount the channels of the workspace by the provider's id of the number
/// @param byAccountGroup the first channel of each account of the provider
public record Hook(
    WorkspaceId workspace,
    HookId id,
    String provider,
    String app,
    Secret appSecret,
    Secret verifyToken,
    Map<String, ChannelId> byAccount,
    Map<String, ChannelId> byAccountGroup) {
  public Hook {
    byAccount = Map.copyOf(byAccount);
    byAccountGroup = Map.copyOf(byAccountGroup);
  }

  /// The channel of a number.
  public Optional<ChannelId> channel(String account) {
    return Optional.ofNullable(byAccount.get(account));
  }

  /// The channel that stands for an account: its first.
  public Optional<ChannelId> channelOfGroup(String accountGroup) {
    return Optional.ofNullable(byAccountGroup.get(accountGroup));
  }
}
