package ai.chatflow.app.config;

import ai.chatflow.platform.egress.AddressGuard;
import java.util.Arrays;
import java.util.List;

/// Where the server may post to although the address is not public.
///
/// @param allowed networks in CIDR notation, with commas between them
public record EgressConfig(String allowed) {
  /// @throws StartFailure when one is no network
  public EgressConfig {
    try {
      var _ = new AddressGuard(split(allowed));
    } catch (IllegalArgumentException e) {
      throw new StartFailure("CHATFLOW_EGRESS_ALLOWED: " + e.getMessage());
    }
  }

  public List<String> networks() {
    return split(allowed);
  }

  private static List<String> split(String text) {
    return Arrays.stream(text.split(",", -1))
        .map(String::strip)
        .filter(network -> !network.isEmpty())
        .toList();
  }
}
