package ai.chatflow.channels;

import ai.chatflow.api.model.ChannelConfig;
import ai.chatflow.api.model.ChannelConfigInput;
import ai.chatflow.api.model.ChannelType;
import ai.chatflow.api.model.ProblemCode;
import ai.chatflow.api.model.SandboxConfig;
import ai.chatflow.api.model.SandboxConfigInput;
import ai.chatflow.api.model.WhatsAppCloudConfig;
import ai.chatflow.api.model.WhatsAppCloudConfigInput;
import ai.chatflow.platform.db.WorkspaceTx;
import ai.chatflow.platform.errors.FieldError;
import ai.chatflow.platform.errors.Invalid;
import ai.chatflow.platform.ids.ChannelId;
import ai.chatflow.platform.ids.HookId;
import ai.chatflow.platform.ids.IdGenerator;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Turns settings as they are given into settings as they are kept: secrets go where secrets are,
/// and channels of one application share its hook.
final class ChannelSettings {
  private static final int NUMBERS = 10_000_000;

  private final HookStore hooks;
  private final Hooks cached;
  private final IdGenerator ids;

  ChannelSettings(HookStore hooks, Hooks cached, IdGenerator ids) {
    this.hooks = hooks;
    this.cached = cached;
    this.ids = ids;
  }

  /// @param credential null keeps the one that is there
  record Settled(ChannelConfig config, @Nullable HookId hook, @Nullable Secret credential) {}

  /// Settings of a new channel.
  Settled create(WorkspaceTx tx, ChannelId id, ChannelConfigInput input) {
    return switch (input) {
      case SandboxConfigInput _ ->
          new Settled(new SandboxConfig(null, simulatedNumber(id)), null, null);
      case WhatsAppCloudConfigInput whatsApp -> whatsApp(tx, whatsApp, true);
    };
  }

  /// New settings of a channel; its type cannot change.
  Settled replace(WorkspaceTx tx, Channel channel, ChannelConfigInput input) {
    return switch (input) {
      case SandboxConfigInput _ when channel.config() instanceof SandboxConfig same ->
          new Settled(same, null, null);
      case WhatsAppCloudConfigInput whatsApp when channel.type() == ChannelType.WHATSAPP_CLOUD ->
          whatsApp(tx, whatsApp, channel.credential() == null);
      default ->
          throw invalid(
              List.of(new FieldError("/config/type", "immutable", "The type of a channel stays.")));
    };
  }

  /// Deletes the hook that a channel had before it changed or went, when no channel uses it any
  /// more.
  void release(WorkspaceTx tx, Channel before) {
    HookId hook = before.hook();
    if (hook != null) {
      hooks.deleteUnused(tx, hook);
      cached.forgetAfterCommit(tx, hook);
    }
  }

  private Settled whatsApp(WorkspaceTx tx, WhatsAppCloudConfigInput input, boolean tokenRequired) {
    String provider = ChannelType.WHATSAPP_CLOUD.value();
    Optional<HookId> known = hooks.lockByApp(tx, provider, input.appId());
    var missing = new ArrayList<FieldError>();
    if (tokenRequired) {
      require(missing, "access_token", input.accessToken(), "A new channel needs it.");
    }
    if (known.isEmpty()) {
      require(missing, "app_secret", input.appSecret(), "The first channel of an app needs it.");
      require(
          missing, "verify_token", input.verifyToken(), "The first channel of an app needs it.");
    }
    if (!missing.isEmpty()) {
      throw invalid(missing);
    }
    HookId hook =
        known.isPresent() ? changed(tx, known.get(), input) : inserted(tx, provider, input);
    cached.forgetAfterCommit(tx, hook);
    var config =
        WhatsAppCloudConfig.builder()
            .phoneNumberId(input.phoneNumberId())
            .wabaId(input.wabaId())
            .appId(input.appId())
            .displayPhoneNumber(input.displayPhoneNumber())
            .apiVersion(input.apiVersion())
            .build();
    String token = input.accessToken();
    return new Settled(config, hook, token == null ? null : new Secret(token));
  }

  private HookId changed(WorkspaceTx tx, HookId hook, WhatsAppCloudConfigInput input) {
    if (input.appSecret() != null || input.verifyToken() != null) {
      hooks.update(tx, hook, input.appSecret(), input.verifyToken());
    }
    return hook;
  }

  private HookId inserted(WorkspaceTx tx, String provider, WhatsAppCloudConfigInput input) {
    hooks.insert(
        tx,
        new HookId(ids.next()),
        provider,
        input.appId(),
        input.appSecret(),
        input.verifyToken());
    // two first channels of one app at once: both use the hook that came first
    return hooks.lockByApp(tx, provider, input.appId()).orElseThrow();
  }

  private static void require(
      List<FieldError> missing, String field, @Nullable String value, String detail) {
    if (value == null) {
      missing.add(new FieldError("/config/" + field, "required", detail));
    }
  }

  private static Invalid invalid(List<FieldError> errors) {
    return new Invalid(
        ProblemCode.VALIDATION_FAILED, "The settings of the channel are not valid.", errors);
  }

  /// Numbers after +1 555 belong to nobody.
  private static String simulatedNumber(ChannelId id) {
    long number = Math.floorMod(id.value().getLeastSignificantBits(), (long) NUMBERS);
    return String.format(Locale.ROOT, "+1555%07d", number);
  }
}
