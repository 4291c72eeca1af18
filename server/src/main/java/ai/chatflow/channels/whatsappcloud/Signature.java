package ai.chatflow.channels.whatsappcloud;

import ai.chatflow.channels.Secret;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/// Meta's signature of a webhook: HMAC-SHA256 of the raw bytes with the app secret, in hex after
/// `sha256=`. Source: Meta, "Webhooks › Validating payloads".
public final class Signature {
  static final String HEADER = "X-Hub-Signature-256";

  private static final String ALGORITHM = "HmacSHA256";
  private static final String SCHEME = "sha256=";

  private Signature() {}

  /// Compares in constant time.
  public static boolean matches(Secret appSecret, byte[] body, @Nullable String header) {
    if (header == null || !header.startsWith(SCHEME)) {
      return false;
    }
    byte[] given;
    try {
      given = HexFormat.of().parseHex(header.substring(SCHEME.length()).strip());
    } catch (IllegalArgumentException _) {
      return false;
    }
    return MessageDigest.isEqual(given, hmac(appSecret, body));
  }

  private static byte[] hmac(Secret appSecret, byte[] body) {
    try {
      var mac = Mac.getInstance(ALGORITHM);
      mac.init(new SecretKeySpec(appSecret.reveal().getBytes(StandardCharsets.UTF_8), ALGORITHM));
      return mac.doFinal(body);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this Java has no " + ALGORITHM, e);
    }
  }
}
