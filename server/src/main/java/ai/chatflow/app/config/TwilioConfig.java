package ai.chatflow.app.config;

import java.net.URI;

/// Where the REST API of Twilio is.
public record TwilioConfig(URI baseUrl) {

  /// @throws StartFailure when the address is not one of the web
  public TwilioConfig {
    WebAddress.require("CHATFLOW_TWILIO_BASE_URL", baseUrl);
  }
}
