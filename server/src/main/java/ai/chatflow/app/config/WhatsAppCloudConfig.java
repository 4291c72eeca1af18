package ai.chatflow.app.config;

import java.net.URI;

/// Where the WhatsApp Cloud API is.
public record WhatsAppCloudConfig(URI baseUrl) {

  /// @throws StartFailure when the address is not one of the web
  public WhatsAppCloudConfig {
    WebAddress.require("CHATFLOW_WHATSAPP_CLOUD_BASE_URL", baseUrl);
  }
}
