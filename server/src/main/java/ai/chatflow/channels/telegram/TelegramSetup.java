package ai.chatflow.channels.telegram;

import ai.chatflow.api.model.ProblemCode;
import ai.chatflow.api.model.TelegramConfig;
import ai.chatflow.api.model.TelegramConfigInput;
import ai.chatflow.channels.ChannelSetup;
import ai.chatflow.channels.Secret;
import ai.chatflow.platform.errors.FieldError;
import ai.chatflow.platform.errors.Invalid;
import java.util.Base64;
import java.util.List;
import java.util.random.RandomGenerator;

/// Settings of a bot. Its token says who it is; the secret that its webhooks carry is ours, made
/// once for the hook.
final class TelegramSetup implements ChannelSetup<TelegramConfigInput> {
  private static final int SECRET_BYTES = 32;

  private final RandomGenerator random;

  TelegramSetup(RandomGenerator random) {
    this.random = random;
  }

  @Override
  public Class<TelegramConfigInput> given() {
    return TelegramConfigInput.class;
  }

  @Override
  public Settings settle(TelegramConfigInput given, Known known) {
    TelegramConfig before = known.config() instanceof TelegramConfig config ? config : null;
    String token = given.botToken();
    if (token == null) {
      if (before == null || !known.credential()) {
        throw new Invalid(
            ProblemCode.VALIDATION_FAILED,
            "The settings of the channel are not valid.",
            List.of(new FieldError("/config/bot_token", "required", "A new channel needs it.")));
      }
      return new Settings(before, before.botId(), null, app(before.botId(), known), null);
    }
    String bot = token.substring(0, token.indexOf(':'));
    var config =
        before != null && before.botId().equals(bot) ? before : new TelegramConfig(null, bot, null);
    return new Settings(config, bot, null, app(bot, known), new Secret(token));
  }

  /// The secret stays when the token changes: what Telegram posts meanwhile still comes in.
  private App app(String bot, Known known) {
    if (known.app().test(bot)) {
      return new App(bot, null, null);
    }
    byte[] bytes = new byte[SECRET_BYTES];
    random.nextBytes(bytes);
    var secret = new Secret(Base64.getUrlEncoder().withoutPadding().encodeToString(bytes));
    // Telegram asks for no second secret
    return new App(bot, secret, secret);
  }
}
