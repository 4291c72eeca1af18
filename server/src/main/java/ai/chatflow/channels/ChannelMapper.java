package ai.chatflow.channels;

import ai.chatflow.api.model.ChannelEventData;
import java.net.URI;
import org.jspecify.annotations.Nullable;

/// Domain to contract. No secret has a way out through here.
final class ChannelMapper {
  private final URI publicUrl;

  ChannelMapper(URI publicUrl) {
    this.publicUrl = publicUrl;
  }

  ai.chatflow.api.model.Channel toApi(Channel channel) {
    return ai.chatflow.api.model.Channel.builder()
        .id(channel.id())
        .type(channel.type())
        .name(channel.name())
        .status(channel.status())
        .config(channel.config())
        .webhookUrl(webhookUrl(channel))
        .sendRatePerSecond(channel.sendRatePerSecond())
        .metadata(channel.metadata())
        .createdAt(channel.createdAt())
        .updatedAt(channel.updatedAt())
        .build();
  }

  ChannelEventData event(Channel channel) {
    return new ChannelEventData(toApi(channel));
  }

  /// Where the provider posts; null for a channel without a hook.
  @Nullable URI webhookUrl(Channel channel) {
    if (channel.hook() == null) {
      return null;
    }
    return publicUrl.resolve(Hooks.path(channel.type()) + channel.hook());
  }
}
