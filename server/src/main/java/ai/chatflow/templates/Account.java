package ai.chatflow.templates;

import ai.chatflow.api.model.ChannelType;
import ai.chatflow.channels.Channel;
import java.util.Optional;

/// What templates belong to: an account at a provider.
///
/// @param id the provider's, such as that of the WhatsApp Business Account
record Account(ChannelType type, String id) {
  /// The account of a channel; empty where the provider knows of none.
  static Optional<Account> of(Channel channel) {
    return Optional.ofNullable(channel.accountGroup()).map(id -> new Account(channel.type(), id));
  }
}
