package ai.chatflow.channels;

import ai.chatflow.api.model.ChannelConfig;
import ai.chatflow.api.model.ChannelStatus;
import ai.chatflow.api.model.ChannelType;
import ai.chatflow.api.model.MessageError;
import ai.chatflow.platform.ids.ChannelId;
import ai.chatflow.platform.ids.HookId;
import ai.chatflow.platform.ids.WorkspaceId;
import ai.chatflow.platform.json.MergePatch;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A connection to a provider.
///
/// @param account the provider's id of the number, unique within workspace and type: what webhooks
///   are routed by
/// @param accountGroup the provider's id of the account that the number belongs to
/// @param problem what stopped it; null while it is connected, or when we left
/// @param hook what its webhooks come in by; null where it has none
/// @param credential what lets us in at the provider; null where nothing is needed
/// @param version counts changes; the ETag
public record Channel(
    WorkspaceId workspace,
    ChannelId id,
    ChannelType type,
    String account,
    @Nullable String accountGroup,
    String name,
    ChannelStatus status,
    @Nullable MessageError problem,
    ChannelConfig config,
    @Nullable HookId hook,
    @Nullable Secret credential,
    int sendRatePerSecond,
    Map<String, String> metadata,
    int version,
    Instant createdAt,
    Instant updatedAt) {
  public Channel {
    metadata = Map.copyOf(metadata);
  }

  public boolean connected() {
    return status != ChannelStatus.DISCONNECTED;
  }

  /// The channel out of service.
  ///
  /// @param error why the provider shut us out; null when we left
  public Channel stopped(@Nullable MessageError error, Instant now) {
    return new Channel(
        workspace,
        id,
        type,
        account,
        accountGroup,
        name,
        ChannelStatus.DISCONNECTED,
        error,
        config,
        hook,
        credential,
        sendRatePerSecond,
        metadata,
        version + 1,
        createdAt,
        now);
  }

  /// The channel after the provider let us in.
  Channel connectedAs(ChannelConfig known, Instant now) {
    return new Channel(
        workspace,
        id,
        type,
        account,
        accountGroup,
        name,
        ChannelStatus.CONNECTED,
        null,
        known,
        hook,
        credential,
        sendRatePerSecond,
        metadata,
        version + 1,
        createdAt,
        now);
  }

  /// A merge patch of what is not settings: what is null stays, a null value deletes its key.
  Channel changed(
      @Nullable String newName,
      @Nullable Integer newRate,
      @Nullable Map<String, @Nullable String> newMetadata,
      Instant now) {
    return new Channel(
        workspace,
        id,
        type,
        account,
        accountGroup,
        newName == null ? name : newName,
        status,
        problem,
        config,
        hook,
        credential,
        newRate == null ? sendRatePerSecond : newRate,
        MergePatch.metadata(metadata, newMetadata),
        version + 1,
        createdAt,
        now);
  }

  /// New settings make the channel try again.
  Channel reconnected(ChannelSetup.Settings settings, @Nullable HookId newHook) {
    return new Channel(
        workspace,
        id,
        type,
        settings.account(),
        settings.accountGroup(),
        name,
        ChannelStatus.CONNECTED,
        null,
        settings.config(),
        newHook,
        settings.credential() == null ? credential : settings.credential(),
        sendRatePerSecond,
        metadata,
        version,
        createdAt,
        updatedAt);
  }
}
