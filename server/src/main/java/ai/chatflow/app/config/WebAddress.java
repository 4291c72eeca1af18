package ai.chatflow.app.config;

import java.net.URI;

final class WebAddress {
  private WebAddress() {}

  static void require(String variable, URI address) {
    var scheme = address.getScheme();
    if (address.getHost() == null || !("http".equals(scheme) || "https".equals(scheme))) {
      throw new StartFailure(
          "%s must be an address that begins with http:// or https://, not '%s'."
              .formatted(variable, address));
    }
  }
}
