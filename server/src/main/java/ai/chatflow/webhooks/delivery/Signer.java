package ai.chatflow.webhooks.delivery;

import ai.chatflow.platform.db.KeyDerivation;
import com.google.crypto.tink.subtle.Ed25519Sign;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/// Signs deliveries as Standard Webhooks 1.0 has it: `v1` HMAC-SHA256 with each secret of the
/// endpoint, and `v1a` Ed25519 with the key of the installation, whose public half is published.
public final class Signer {
  private static final String LABEL = "webhook signing ed25519";
  private static final int SEED = 32;

  private final Ed25519Sign signer;
  private final byte[] publicKey;

  public Signer(KeyDerivation keys) {
    try {
      var pair = Ed25519Sign.KeyPair.newKeyPairFromSeed(keys.derive(LABEL, SEED));
      this.signer = new Ed25519Sign(pair.getPrivateKey());
      this.publicKey = pair.getPublicKey();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("the signing key could not be made", e);
    }
  }

  /// `whpk_` and 32 bytes in base64.
  public String publicKey() {
    return "whpk_" + Base64.getEncoder().encodeToString(publicKey);
  }

  /// The header `webhook-signature`.
  ///
  /// @param secrets `whsec_…`, the newest first
  public String sign(String id, Instant at, String body, List<String> secrets) {
    var content = (id + "." + at.getEpochSecond() + "." + body).getBytes(StandardCharsets.UTF_8);
    try {
      var asymmetric = "v1a," + Base64.getEncoder().encodeToString(signer.sign(content));
      return Stream.concat(secrets.stream().map(s -> symmetric(s, content)), Stream.of(asymmetric))
          .collect(Collectors.joining(" "));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("a delivery could not be signed", e);
    }
  }

  private static String symmetric(String secret, byte[] content) {
    try {
      var mac = Mac.getInstance("HmacSHA256");
      var key = Base64.getDecoder().decode(secret.substring(secret.indexOf('_') + 1));
      mac.init(new SecretKeySpec(key, "HmacSHA256"));
      return "v1," + Base64.getEncoder().encodeToString(mac.doFinal(content));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("a delivery could not be signed", e);
    }
  }
}
