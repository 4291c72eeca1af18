package ai.chatflow.channels.whatsappcloud;

import ai.chatflow.api.model.ChannelType;
import ai.chatflow.channels.ChannelUpdates;
import ai.chatflow.channels.Hook;
import ai.chatflow.channels.Hooks;
import ai.chatflow.channels.InboundUpdate;
import ai.chatflow.channels.InboundUpdate.NoticeIn;
import ai.chatflow.platform.ids.ChannelId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Finds the channels of the workspace that a webhook is about: by number, else, for notices, by
/// account.
final class Routing {
  private static final String PROVIDER = ChannelType.WHATSAPP_CLOUD.value();

  private final Hooks hooks;

  Routing(Hooks hooks) {
    this.hooks = hooks;
  }

  /// @param reasonToKeepRaw why the raw body belongs in the journal; null when all of it was
  ///   understood and found its channel
  record Routed(List<ChannelUpdates> updates, @Nullable String reasonToKeepRaw) {}

  Routed route(Hook hook, WhatsAppWebhook webhook) {
    Hook known = knows(hook, webhook) ? hook : hooks.fresh(hook.id()).orElse(hook);
    var updates = new ArrayList<ChannelUpdates>();
    boolean strangers = false;
    for (var batch : webhook.batches()) {
      ChannelId channel = channel(known, batch).orElse(null);
      if (channel != null) {
        updates.add(of(known, channel, batch.updates()));
      } else {
        var notices = batch.phoneNumberId() == null ? notices(batch) : List.<InboundUpdate>of();
        strangers |= notices.size() < batch.updates().size();
        if (!notices.isEmpty()) {
          updates.add(of(known, null, notices));
        }
      }
    }
    String reason = webhook.partial() ? "partial" : strangers ? "unknown_number" : null;
    return new Routed(updates, reason);
  }

  private static ChannelUpdates of(
      Hook hook, @Nullable ChannelId channel, List<InboundUpdate> updates) {
    return new ChannelUpdates(hook.workspace(), channel, PROVIDER, updates);
  }

  private static Optional<ChannelId> channel(Hook hook, WhatsAppWebhook.Batch batch) {
    if (batch.phoneNumberId() != null) {
      return hook.channel(batch.phoneNumberId());
    }
    return Optional.ofNullable(batch.accountId()).flatMap(hook::channelOfGroup);
  }

  private static List<InboundUpdate> notices(WhatsAppWebhook.Batch batch) {
    return batch.updates().stream().filter(NoticeIn.class::isInstance).toList();
  }

  /// Whether every number is known; a new one may have been added on another node just now.
  private static boolean knows(Hook hook, WhatsAppWebhook webhook) {
    return webhook.batches().stream()
        .allMatch(b -> b.phoneNumberId() == null || hook.channel(b.phoneNumberId()).isPresent());
  }
}
