package ai.chatflow.app.config;

import java.net.URI;

/// Where the Bot API of Telegram is.
public record TelegramConfig(URI baseUrl) {

  /// @throws StartFailure when the address is not one of the web
  public TelegramConfig {
    WebAddress.require("CHATFLOW_TELEGRAM_BASE_URL", baseUrl);
  }
}
