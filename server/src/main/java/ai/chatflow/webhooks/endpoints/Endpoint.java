package ai.chatflow.webhooks.endpoints;

import ai.chatflow.api.model.Condition;
import ai.chatflow.api.model.WebhookDisabledReason;
import ai.chatflow.platform.ids.ChannelId;
import ai.chatflow.platform.ids.WebhookEndpointId;
import ai.chatflow.platform.json.MergePatch;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// A place that events are posted to.
///
/// @param wants which events
/// @param disabledReason null while it is enabled
/// @param notifyEmails who is told when it fails
/// @param version counts changes; the ETag
public record Endpoint(
    WebhookEndpointId id,
    String url,
    @Nullable String description,
    Wants wants,
    @Nullable WebhookDisabledReason disabledReason,
    @Nullable Integer ratePerSecond,
    List<String> notifyEmails,
    Map<String, String> metadata,
    int version,
    Instant createdAt,
    Instant updatedAt) {
  public Endpoint {
    notifyEmails = List.copyOf(notifyEmails);
    metadata = Map.copyOf(metadata);
  }

  /// Which events an endpoint wants: all of a type that is named (or any), of a channel that is
  /// named (or any, or none), for which the condition holds.
  public record Wants(List<String> types, List<ChannelId> channels, @Nullable Condition condition) {
    public Wants {
      types = List.copyOf(types);
      channels = List.copyOf(channels);
    }
  }

  public boolean enabled() {
    return disabledReason == null;
  }

  /// A merge patch (RFC 7396).
  Endpoint patched(EndpointPatch patch, Instant now) {
    return new Endpoint(
        id,
        patch.url() == null ? url : patch.url(),
        patch.description() == null ? description : patch.description(),
        new Wants(
            patch.types() == null ? wants.types() : patch.types(),
            patch.channels() == null ? wants.channels() : patch.channels(),
            patch.condition().isPresent() ? patch.condition().get() : wants.condition()),
        disabledReason,
        patch.rate().isPresent() ? patch.rate().get() : ratePerSecond,
        patch.notifyEmails().isPresent()
            ? Objects.requireNonNullElse(patch.notifyEmails().get(), List.of())
            : notifyEmails,
        MergePatch.metadata(metadata, patch.metadata()),
        version + 1,
        createdAt,
        now);
  }

  Endpoint turned(@Nullable WebhookDisabledReason reason, Instant now) {
    return new Endpoint(
        id,
        url,
        description,
        wants,
        reason,
        ratePerSecond,
        notifyEmails,
        metadata,
        version + 1,
        createdAt,
        now);
  }
}
