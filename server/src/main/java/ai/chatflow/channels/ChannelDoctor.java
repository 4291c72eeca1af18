package ai.chatflow.channels;

import ai.chatflow.api.model.ChannelCheck;
import ai.chatflow.api.model.ChannelHealth;
import ai.chatflow.api.model.MessageError;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Examines a channel: what works, what does not, and a remedy for each. Asks the provider, so it
/// is not for use inside a transaction.
final class ChannelDoctor {
  private static final Duration QUIET = Duration.ofDays(7);

  private final ChannelAdapters adapters;
  private final Hooks hooks;
  private final InstantSource clock;

  ChannelDoctor(ChannelAdapters adapters, Hooks hooks, InstantSource clock) {
    this.adapters = adapters;
    this.hooks = hooks;
    this.clock = clock;
  }

  ChannelHealth examine(Channel channel) {
    var checks = new ArrayList<ChannelCheck>();
    MessageError problem = channel.problem();
    if (problem != null) {
      checks.add(
          new ChannelCheck(
              "connection",
              ChannelCheck.StatusEnum.FAIL,
              "The provider shut us out: " + problem.detail(),
              "Mend it at the provider, then update config or POST /v1/channels/{id}/connect."));
    } else if (!channel.connected()) {
      checks.add(
          new ChannelCheck(
              "connection",
              ChannelCheck.StatusEnum.FAIL,
              "The channel was disconnected.",
              "POST /v1/channels/{id}/connect."));
    }
    checks.addAll(adapters.of(channel.type()).examine(channel));
    if (channel.hook() != null) {
      checks.add(webhook(hooks.seenAt(channel.workspace(), channel.hook())));
    }
    return ChannelHealth.builder()
        .channelId(channel.id())
        .status(overall(checks))
        .checks(checks)
        .checkedAt(clock.instant())
        .build();
  }

  private ChannelCheck webhook(Optional<Instant> seenAt) {
    if (seenAt.isEmpty()) {
      return new ChannelCheck(
          "webhook",
          ChannelCheck.StatusEnum.WARN,
          "No webhook has come in yet.",
          "POST /v1/channels/{id}/connect. Where the provider asks for it, set the webhook_url in"
              + " the settings of its app and subscribe to messages.");
    }
    boolean quiet = seenAt.get().plus(QUIET).isBefore(clock.instant());
    return new ChannelCheck(
        "webhook",
        quiet ? ChannelCheck.StatusEnum.WARN : ChannelCheck.StatusEnum.PASS,
        "The last webhook of the app came in at " + seenAt.get() + ".",
        quiet ? "Check that the provider's app still posts to the webhook_url." : null);
  }

  private static ChannelHealth.StatusEnum overall(List<ChannelCheck> checks) {
    var worst = ChannelHealth.StatusEnum.OK;
    for (ChannelCheck check : checks) {
      if (check.status() == ChannelCheck.StatusEnum.FAIL) {
        return ChannelHealth.StatusEnum.DOWN;
      }
      if (check.status() == ChannelCheck.StatusEnum.WARN) {
        worst = ChannelHealth.StatusEnum.DEGRADED;
      }
    }
    return worst;
  }
}
