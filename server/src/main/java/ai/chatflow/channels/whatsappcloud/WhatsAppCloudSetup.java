package ai.chatflow.channels.whatsappcloud;

import ai.chatflow.api.model.ProblemCode;
import ai.chatflow.api.model.WhatsAppCloudConfig;
import ai.chatflow.api.model.WhatsAppCloudConfigInput;
import ai.chatflow.channels.ChannelSetup;
import ai.chatflow.channels.Secret;
import ai.chatflow.platform.errors.FieldError;
import ai.chatflow.platform.errors.Invalid;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Settings of a number: its token is kept with the channel, the secrets of its app with the hook
/// that the numbers of that app share.
public final class WhatsAppCloudSetup implements ChannelSetup<WhatsAppCloudConfigInput> {
  @Override
  public Class<WhatsAppCloudConfigInput> given() {
    return WhatsAppCloudConfigInput.class;
  }

  @Override
  public Settings settle(WhatsAppCloudConfigInput given, Known known) {
    var missing = new ArrayList<FieldError>();
    if (!known.credential()) {
      require(missing, "access_token", given.accessToken(), "A new channel needs it.");
    }
    if (!known.app().test(given.appId())) {
      String first = "The first channel of an app needs it.";
      require(missing, "app_secret", given.appSecret(), first);
      require(missing, "verify_token", given.verifyToken(), first);
    }
    if (!missing.isEmpty()) {
      throw new Invalid(
          ProblemCode.VALIDATION_FAILED, "The settings of the channel are not valid.", missing);
    }
    var config =
        WhatsAppCloudConfig.builder()
            .phoneNumberId(given.phoneNumberId())
            .wabaId(given.wabaId())
            .appId(given.appId())
            .displayPhoneNumber(given.displayPhoneNumber())
            .apiVersion(given.apiVersion())
            .build();
    return new Settings(
        config,
        given.phoneNumberId(),
        given.wabaId(),
        new App(given.appId(), secret(given.appSecret()), secret(given.verifyToken())),
        secret(given.accessToken()));
  }

  private static void require(
      List<FieldError> missing, String field, @Nullable String value, String detail) {
    if (value == null) {
      missing.add(new FieldError("/config/" + field, "required", detail));
    }
  }

  private static @Nullable Secret secret(@Nullable String text) {
    return text == null ? null : new Secret(text);
  }
}
