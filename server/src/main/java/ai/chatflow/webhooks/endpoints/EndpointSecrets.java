package ai.chatflow.webhooks.endpoints;

import ai.chatflow.platform.crypto.SecretBox;
import ai.chatflow.platform.ids.WorkspaceId;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.random.RandomGenerator;

/// Makes, seals and opens the secrets that deliveries are signed with. Source: Standard Webhooks
/// 1.0, "Signature scheme".
public final class EndpointSecrets {
  private static final String PURPOSE = "webhook_endpoint.secret";
  private static final int BYTES = 32;

  private final SecretBox box;
  private final RandomGenerator random;

  public EndpointSecrets(SecretBox box, RandomGenerator random) {
    this.box = box;
    this.random = random;
  }

  /// `whsec_` and 32 random bytes in base64.
  String make() {
    var bytes = new byte[BYTES];
    random.nextBytes(bytes);
    return "whsec_" + Base64.getEncoder().encodeToString(bytes);
  }

  byte[] seal(WorkspaceId workspace, String secret) {
    return box.seal(workspace, PURPOSE, secret.getBytes(StandardCharsets.UTF_8));
  }

  /// The text that `make` made.
  public String open(WorkspaceId workspace, byte[] sealed) {
    return new String(box.open(workspace, PURPOSE, sealed), StandardCharsets.UTF_8);
  }
}
