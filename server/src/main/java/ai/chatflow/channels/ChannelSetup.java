package ai.chatflow.channels;

import ai.chatflow.api.model.ChannelConfig;
import ai.chatflow.api.model.ChannelConfigInput;
import ai.chatflow.platform.errors.Invalid;
import ai.chatflow.platform.ids.ChannelId;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// Turns the settings of one type of channel, as they are given, into what is kept of them. Pure:
/// what has to be looked up is given in.
///
/// @param <I> the variant of the contract that it takes
public interface ChannelSetup<I extends ChannelConfigInput> {
  Class<I> given();

  /// @throws Invalid naming all that is missing, with pointers below `/config`
  Settings settle(I given, Known known);

  /// What is known before the settings are.
  ///
  /// @param config the settings so far; null for a new channel
  /// @param credential whether the channel has one already
  /// @param app whether an application has a hook already, and with it its secrets
  record Known(
      ChannelId channel,
      @Nullable ChannelConfig config,
      boolean credential,
      Predicate<String> app) {}

  /// Settings as they are kept; secrets go where secrets are.
  ///
  /// @param config what is shown, so without secrets
  /// @param account the provider's id of the number, unique within workspace and type: what
  ///   webhooks are routed by
  /// @param accountGroup the provider's id of the account that the number belongs to
  /// @param app whose webhooks come in by a hook; null where none do
  /// @param credential null keeps the one that is there
  record Settings(
      ChannelConfig config,
      String account,
      @Nullable String accountGroup,
      @Nullable App app,
      @Nullable Secret credential) {}

  /// An application of a provider. Its channels share a hook; a secret that is null is kept.
  record App(String id, @Nullable Secret appSecret, @Nullable Secret verifyToken) {}
}
