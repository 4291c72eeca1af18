package ai.chatflow.channels.twiliosms;

import ai.chatflow.api.model.ProblemCode;
import ai.chatflow.api.model.TwilioSmsConfig;
import ai.chatflow.api.model.TwilioSmsConfigInput;
import ai.chatflow.channels.ChannelSetup;
import ai.chatflow.channels.Secret;
import ai.chatflow.platform.errors.FieldError;
import ai.chatflow.platform.errors.Invalid;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Settings of a sender. Each has a hook of its own, so that its address says whom a webhook is
/// for; Twilio signs with the token that also lets us in.
final class TwilioSmsSetup implements ChannelSetup<TwilioSmsConfigInput> {
  @Override
  public Class<TwilioSmsConfigInput> given() {
    return TwilioSmsConfigInput.class;
  }

  @Override
  public Settings settle(TwilioSmsConfigInput given, Known known) {
    String from = given.from();
    String service = given.messagingServiceSid();
    String sender = from != null ? from : service != null ? service : "";
    List<FieldError> errors = new ArrayList<>();
    if (from != null && service != null) {
      errors.add(
          new FieldError(
              "/config/messaging_service_sid", "invalid", "Give this or from, not both."));
    } else if (sender.isEmpty()) {
      errors.add(new FieldError("/config/from", "required", "Give this or messaging_service_sid."));
    }
    String token = given.authToken();
    if (token == null && !kept(given, known, sender)) {
      errors.add(
          new FieldError(
              "/config/auth_token",
              "required",
              "A new channel needs it, and so does another account or sender."));
    }
    if (!errors.isEmpty()) {
      throw new Invalid(
          ProblemCode.VALIDATION_FAILED, "The settings of the channel are not valid.", errors);
    }
    Secret secret = token == null ? null : new Secret(token);
    return new Settings(
        new TwilioSmsConfig(null, given.accountSid(), from, service),
        sender,
        given.accountSid(),
        // Twilio asks for no second secret
        new App(sender, secret, secret),
        secret);
  }

  /// Whether the token that is there is the one of these settings.
  private static boolean kept(TwilioSmsConfigInput given, Known known, String sender) {
    return known.credential()
        && known.config() instanceof TwilioSmsConfig before
        && before.accountSid().equals(given.accountSid())
        && sender.equals(sender(before))
        && known.app().test(sender);
  }

  /// What a channel sends as: a number, a name or a messaging service.
  static @Nullable String sender(TwilioSmsConfig config) {
    return config.from() == null ? config.messagingServiceSid() : config.from();
  }

  /// Whether a channel sends as a number that may be one of the account's.
  static boolean isNumber(TwilioSmsConfig config) {
    return config.from() != null && config.from().startsWith("+");
  }
}
