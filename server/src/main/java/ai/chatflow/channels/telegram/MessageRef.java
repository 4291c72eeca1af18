package ai.chatflow.channels.telegram;

import org.jspecify.annotations.Nullable;

/// A message as Telegram knows it: ids count per chat, so both together are the provider's id.
record MessageRef(String chat, long message) {
  /// The message behind a provider's id; null for what is no message, such as a pressed button.
  static @Nullable MessageRef parse(@Nullable String providerId) {
    int colon = providerId == null ? -1 : providerId.indexOf(':');
    if (providerId == null || colon < 1) {
      return null;
    }
    String chat = providerId.substring(0, colon);
    try {
      Long.parseLong(chat);
      return new MessageRef(chat, Long.parseLong(providerId.substring(colon + 1)));
    } catch (NumberFormatException _) {
      return null;
    }
  }

  @Override
  public String toString() {
    return chat + ":" + message;
  }
}
